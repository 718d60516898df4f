// The amount: it fills the screen while it is keyed in. A scan right here charges at once.
import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { typedText } from "../amount.ts";
import type { Entering as EnteringState } from "../flowModel.ts";
import { Amount } from "../parts/Amount.tsx";
import { Keypad } from "../parts/Keypad.tsx";
import { MethodsStrip } from "../parts/MethodsStrip.tsx";
import { useServices } from "../services.ts";

export function Entering({ state }: Readonly<{ state: EnteringState }>): ReactElement {
  const { t } = useTranslation();
  const { dispatch } = useServices().checkout;
  const text = typedText(state.text);
  return (
    <section className="entering" aria-labelledby="entering-heading">
      <div className="entering-amount">
        <h1 id="entering-heading">{t("entering.heading")}</h1>
        <p aria-live="polite">
          <Amount size="hero" text={text} label={t("entering.amountLabel", { amount: text })} />
        </p>
        <p
          className={state.notice === null ? "entering-hint" : "entering-hint entering-notice"}
          role="status"
        >
          {t(`entering.${state.notice ?? "hint"}`)}
        </p>
      </div>
      <MethodsStrip />
      <Keypad
        onKey={(key) => dispatch({ kind: "key", key })}
        onErase={() => dispatch({ kind: "erase" })}
        onClear={() => dispatch({ kind: "clear" })}
        onSubmit={() => dispatch({ kind: "submit" })}
      />
    </section>
  );
}
