// 未收款: nothing was charged. What to do now in one sentence, and the reason one tap away; what was called off has neither.
import { useState, type ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { yuanText } from "../amount.ts";
import { isCancelled } from "../outcome.ts";
import type { Unpaid as UnpaidState } from "../flowModel.ts";
import { useDiagnosis } from "../parts/useDiagnosis.ts";
import { useLanguage } from "../parts/useLanguage.ts";
import { useServices } from "../services.ts";
import { unpaidSentence, unpaidTitle, type Advice } from "../wording.ts";
import { Result } from "./Result.tsx";
import { Why } from "./Why.tsx";

export function Unpaid({ state }: Readonly<{ state: UnpaidState }>): ReactElement {
  const { t } = useTranslation();
  const { dispatch } = useServices().checkout;
  const [asksWhy, setAsksWhy] = useState(false);
  const language = useLanguage();
  const { payment } = state;
  const cancelled = isCancelled(state);
  const reply = useDiagnosis(cancelled ? null : (payment?.id ?? null));
  // Where there is no payment, nobody is asked, and the refusal speaks for itself.
  const advice: Advice =
    payment !== null && reply === null
      ? { kind: "awaited" }
      : {
          kind: "known",
          tryNow: reply?.kind === "answered" ? (reply.value.tryNow?.[language] ?? null) : null,
        };
  const named =
    reply?.kind === "answered" && reply.value.verdict === "named" ? reply.value.summary[language] : null;
  return (
    <>
      <Result
        tone="unpaid"
        title={unpaidTitle(state, t)}
        amount={yuanText(state.amountFen)}
        sentence={unpaidSentence(state, t, advice)}
        detail={named !== null && <p role="status">{named}</p>}
        actions={
          cancelled ? (
            <button type="button" className="button-result" onClick={() => dispatch({ kind: "next" })}>
              {t("paid.next")}
            </button>
          ) : (
            <>
              <button type="button" className="button-result" onClick={() => dispatch({ kind: "again" })}>
                {t(payment?.mode === "shownCode" ? "code.again" : "unpaid.again")}
              </button>
              {payment !== null && (
                <button
                  type="button"
                  className="button-result button-result-quiet"
                  onClick={() => setAsksWhy(true)}
                >
                  {t("unpaid.why")}
                </button>
              )}
              <button
                type="button"
                className="button-result button-result-quiet"
                onClick={() => dispatch({ kind: "back" })}
              >
                {t("unpaid.back")}
              </button>
              <button
                type="button"
                className="button-result button-result-quiet"
                onClick={() => dispatch({ kind: "next" })}
              >
                {t("unpaid.next")}
              </button>
            </>
          )
        }
      />
      {asksWhy && payment !== null && (
        <Why payment={payment} reply={reply} onClose={() => setAsksWhy(false)} />
      )}
    </>
  );
}
