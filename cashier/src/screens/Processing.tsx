// 处理中: the outcome is not known yet. What is waited for, how long it can still take, and no second scan.
import type { CSSProperties, ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { yuanText } from "../amount.ts";
import type { Processing as ProcessingState } from "../flowModel.ts";
import { useElapsedSeconds } from "../parts/useElapsedSeconds.ts";
import { useLanguage } from "../parts/useLanguage.ts";
import { useServices } from "../services.ts";
import { processingSentence } from "../wording.ts";
import { Result } from "./Result.tsx";

/** How long a payer may take where the platform has not said it yet. */
const windowSecondsAssumed = 120;
/** Beyond it, “usually less than 3 seconds” would be no help. */
const usualSecondsMax = 6;

export function Processing({ state }: Readonly<{ state: ProcessingState }>): ReactElement {
  const { t } = useTranslation();
  const language = useLanguage();
  const { refunds } = useServices();
  const { payment } = state;
  const windowSeconds = windowOf(state);
  const elapsedSeconds = useElapsedSeconds(state.attempt.startedAtMs);
  const leftSeconds = Math.max(0, windowSeconds - elapsedSeconds);
  const style = { "--left": leftSeconds / windowSeconds } as CSSProperties;
  return (
    <Result
      tone="processing"
      title={t("processing.title")}
      amount={yuanText(state.attempt.amountFen)}
      sentence={processingSentence(
        state,
        leftSeconds === 0 ? "overdue" : elapsedSeconds > usualSecondsMax ? "slow" : "usual",
        { t, language },
      )}
      detail={
        <>
          <div
            className="countdown"
            style={style}
            role="timer"
            aria-label={t("processing.remaining", { seconds: leftSeconds })}
          >
            <span aria-hidden="true">
              {leftSeconds}
              <small>{t("processing.seconds")}</small>
            </span>
          </div>
          <p>{t("processing.next")}</p>
        </>
      }
      actions={
        payment !== null &&
        state.cancel === "none" && (
          <button
            type="button"
            className="button-result button-result-quiet"
            onClick={() => refunds.open(payment, "reversal")}
          >
            {t("refund.reverse")}
          </button>
        )
      }
    />
  );
}

/** Seconds between the platform's two times: the clocks of platform and browser need not agree. */
function windowOf({ payment }: ProcessingState): number {
  if (payment === null) return windowSecondsAssumed;
  return Math.max(1, Math.round((Date.parse(payment.expiresAt) - Date.parse(payment.createdAt)) / 1000));
}
