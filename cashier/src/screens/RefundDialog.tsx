// Giving money back, step by step: the amount, the manager's code, and what became of it.
import { useEffect, type ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { amountKeys, typedText, yuanText } from "../amount.ts";
import { Amount } from "../parts/Amount.tsx";
import { CodePad } from "../parts/CodePad.tsx";
import { Dialog } from "../parts/Dialog.tsx";
import { Keypad } from "../parts/Keypad.tsx";
import { useFirstFocus } from "../parts/useFirstFocus.ts";
import { useLanguage } from "../parts/useLanguage.ts";
import { leftOf, managerCodeLength } from "../refund/flow.ts";
import { refundReasons, type Choosing, type Coding, type RefundState } from "../refund/model.ts";
import { refundShown } from "../refund/wording.ts";
import { newRefund } from "../scan.ts";
import { useServices } from "../services.ts";
import { useStore } from "../store.ts";

export function RefundDialog(): ReactElement | null {
  const { t } = useTranslation();
  const { refunds } = useServices();
  const state = useStore(refunds.state);
  if (state.stage === "closed") return null;
  const reversal = state.stage === "choosing" ? false : kindOf(state) === "reversal";
  return (
    <Dialog
      title={t(reversal ? "refund.reversalTitle" : "refund.title")}
      backdrop="stays"
      onClose={() => refunds.dispatch({ kind: "close" })}
    >
      {state.stage === "choosing" && <Choose state={state} />}
      {state.stage === "coding" && <EnterCode state={state} />}
      {state.stage !== "choosing" && state.stage !== "coding" && <Outcome state={state} />}
    </Dialog>
  );
}

const kindOf = (state: Exclude<RefundState, Choosing | { stage: "closed" }>): "refund" | "reversal" =>
  state.stage === "coding" ? state.kind : state.attempt.kind;

function Choose({ state }: Readonly<{ state: Choosing }>): ReactElement {
  const { t } = useTranslation();
  const { dispatch } = useServices().refunds;
  const text = typedText(state.text);
  const left = yuanText(leftOf(state.payment));
  const amount = useFirstFocus<HTMLParagraphElement>();
  useEffect(() => {
    function onKeyDown(event: KeyboardEvent): void {
      const key = amountKeys.find((each) => each === event.key);
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      // Whoever keys in an amount means it with the next Enter, not the button tapped before.
      if (key !== undefined || event.key === "Backspace") amount.current?.focus();
      if (key !== undefined) dispatch({ kind: "key", key });
      else if (event.key === "Backspace") dispatch({ kind: "erase" });
      else if (event.key === "Enter" && !(event.target instanceof HTMLButtonElement))
        dispatch({ kind: "submit" });
    }
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, [dispatch, amount]);
  return (
    <div className="refund-step">
      <p ref={amount} className="first-focus" tabIndex={-1} aria-live="polite">
        <Amount size="hero" text={text} label={t("refund.amountLabel", { amount: text })} />
      </p>
      <p className={state.notice === null ? "refund-note" : "refund-note entering-notice"} role="status">
        {state.notice === null
          ? t("refund.left", { amount: left })
          : t(`refund.${state.notice}`, { amount: left })}
      </p>
      <button type="button" className="button" onClick={() => dispatch({ kind: "whole" })}>
        {t("refund.whole", { amount: left })}
      </button>
      <fieldset className="setting">
        <legend>{t("refund.reason")}</legend>
        <div className="options options-tight">
          {refundReasons.map((reason) => (
            <button
              key={reason}
              type="button"
              className="option"
              aria-pressed={state.reason === reason}
              onClick={() => dispatch({ kind: "reason", reason })}
            >
              {t(`refund.reasons.${reason}`)}
            </button>
          ))}
        </div>
      </fieldset>
      <Keypad
        submitLabel={t("refund.next")}
        onKey={(key) => dispatch({ kind: "key", key })}
        onErase={() => dispatch({ kind: "erase" })}
        onClear={() => dispatch({ kind: "clear" })}
        onSubmit={() => dispatch({ kind: "submit" })}
      />
    </div>
  );
}

function EnterCode({ state }: Readonly<{ state: Coding }>): ReactElement {
  const { t } = useTranslation();
  const { dispatch } = useServices().refunds;
  const reversal = state.kind === "reversal";
  const amount = yuanText(state.amountFen);
  const { problem } = state;
  const step = useFirstFocus<HTMLHeadingElement>();
  const asksYes = state.asks === "yes";
  const confirmLabel = t(reversal ? "refund.confirmReversal" : "refund.confirm");
  return (
    <div className="refund-step">
      <h3 ref={step} className="first-focus" tabIndex={-1}>
        {t(asksYes ? "refund.yesHeading" : "refund.codeHeading")}
      </h3>
      <p className="refund-note">
        {asksYes
          ? t("refund.yesLead")
          : t(reversal ? "refund.codeReversal" : "refund.codeRefund", { amount })}
      </p>
      <div className="field-problem" role="alert">
        {problem !== null && (
          <p>
            {problem.code === "manager_code_required" ? (
              t("refund.codeRequired")
            ) : (
              <>
                <strong>{problem.title}</strong>
                {t("problem.join")}
                {problem.detail}
              </>
            )}
          </p>
        )}
      </div>
      {asksYes ? (
        <button
          type="button"
          className="button button-main button-large"
          onClick={() => dispatch(newRefund())}
        >
          {confirmLabel}
        </button>
      ) : (
        <CodePad
          filled={state.code.length}
          length={managerCodeLength}
          submitLabel={confirmLabel}
          onKey={(key) => dispatch({ kind: "key", key })}
          onErase={() => dispatch({ kind: "erase" })}
          onSubmit={() => dispatch(newRefund())}
        />
      )}
      <button type="button" className="button button-quiet" onClick={() => dispatch({ kind: "back" })}>
        {t(reversal ? "refund.close" : "refund.back")}
      </button>
    </div>
  );
}

type OutcomeProps = Readonly<{ state: Exclude<RefundState, Choosing | Coding | { stage: "closed" }> }>;

function Outcome({ state }: OutcomeProps): ReactElement {
  const { t } = useTranslation();
  const language = useLanguage();
  const { dispatch } = useServices().refunds;
  const { tone, title, sentence } = refundShown(state, { t, language });
  const close = useFirstFocus<HTMLButtonElement>();
  const code =
    state.stage === "settled" && state.outcome.kind === "failed" ? state.outcome.refund.channelCode : null;
  return (
    <div className="refund-step">
      <div className={`refund-outcome result-${tone}`} data-refund={tone} role="alert">
        <p className="refund-title">{title}</p>
        <Amount size="giant" text={yuanText(state.attempt.amountFen)} />
        <p className="refund-sentence">{sentence}</p>
        {code !== null && <code>{code}</code>}
      </div>
      <button
        ref={close}
        type="button"
        className={state.stage === "settled" ? "button button-main" : "button"}
        onClick={() => dispatch({ kind: "close" })}
      >
        {t("refund.close")}
      </button>
    </div>
  );
}
