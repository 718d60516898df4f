// The payer's code: from a USB scanner, typed, or pasted.
import { useRef, useState, type FormEvent, type KeyboardEvent, type ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { fenOf, yuanText } from "../amount.ts";
import type { Scanning as ScanningState } from "../flowModel.ts";
import { Amount } from "../parts/Amount.tsx";
import { CameraButton } from "../parts/CameraButton.tsx";
import { Instalments } from "../parts/Instalments.tsx";
import { ShowCode } from "../parts/ShowCode.tsx";
import { newScan } from "../scan.ts";
import { codeOf, noBurst, read } from "../scanner.ts";
import { useServices } from "../services.ts";

/** The platform takes no longer code; a longer text is an address of something else. */
const codeLengthMax = 64;

export function Scanning({ state }: Readonly<{ state: ScanningState }>): ReactElement {
  const { t } = useTranslation();
  const { dispatch } = useServices().checkout;
  const [text, setText] = useState("");
  const burst = useRef(noBurst);
  const amount = yuanText(fenOf(state.amountText));
  const code = codeOf(text);
  const tooLong = code.length > codeLengthMax;

  function charge(scanned: string): void {
    if (scanned !== "" && scanned.length <= codeLengthMax) dispatch(newScan(scanned));
  }
  function onSubmit(event: FormEvent): void {
    event.preventDefault();
    charge(code);
  }
  function onKeyDown(event: KeyboardEvent<HTMLInputElement>): void {
    if (event.key === "Escape") return dispatch({ kind: "back" });
    const step = read(burst.current, event.key, event.timeStamp);
    burst.current = step.burst;
    // A scanner that ends with Tab must not move the focus away.
    if (step.meaning.kind !== "scan" || event.key !== "Tab") return;
    event.preventDefault();
    charge(codeOf(event.currentTarget.value));
  }

  return (
    <section className="scanning" aria-labelledby="scanning-heading">
      <p className="scanning-amount">
        <Amount size="hero" text={amount} label={t("entering.amountLabel", { amount })} />
      </p>
      <h1 id="scanning-heading">{t("scanning.heading")}</h1>
      <p className="scanning-lead">{t("scanning.lead")}</p>
      <Instalments credit={state.credit} onChoose={(credit) => dispatch({ kind: "credit", credit })} />
      <form className="scanning-form" onSubmit={onSubmit}>
        <label htmlFor="payer-code">{t("scanning.code")}</label>
        <input
          id="payer-code"
          className="input input-code"
          value={text}
          placeholder={t("scanning.codeHint")}
          inputMode="numeric"
          autoComplete="off"
          spellCheck={false}
          autoFocus
          aria-invalid={tooLong}
          aria-describedby="payer-code-problem"
          onChange={(event) => setText(event.target.value)}
          onKeyDown={onKeyDown}
        />
        <p id="payer-code-problem" className="field-problem" role="alert">
          {tooLong && t("scanning.tooLong")}
        </p>
        <CameraButton onCode={charge} />
        <div className="actions">
          <button type="button" className="button" onClick={() => dispatch({ kind: "back" })}>
            {t("scanning.back")}
          </button>
          <button type="submit" className="button button-main" disabled={code === "" || tooLong}>
            {t("scanning.submit")}
          </button>
        </div>
      </form>
      <ShowCode />
    </section>
  );
}
