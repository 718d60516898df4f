// 收款码: the payer scans what this screen shows. Large, with its amount, how long it can be paid, and one way out.
import { useEffect, useRef, type ReactElement } from "react";
import { useTranslation } from "react-i18next";
import type { ShownCode as Code } from "@huiyin/contract/api/payments.ts";
import { channelWords } from "@huiyin/contract/words.ts";
import { yuanText } from "../amount.ts";
import type { ProcessingCode } from "../flowModel.ts";
import { Amount } from "../parts/Amount.tsx";
import { useElapsedSeconds } from "../parts/useElapsedSeconds.ts";
import { useLanguage } from "../parts/useLanguage.ts";
import { useQr } from "../parts/useQr.ts";
import { useServices } from "../services.ts";
import { codeSentence, minutesText } from "../wording.ts";

export function ShownCode({ state }: Readonly<{ state: ProcessingCode }>): ReactElement {
  const { t } = useTranslation();
  const language = useLanguage();
  const { refunds } = useServices();
  const { payment, attempt } = state;
  const frame = useRef<HTMLElement>(null);
  const leftSeconds = useLeftSeconds(state);
  const wallet = channelWords[attempt.shown][language];
  const amount = yuanText(attempt.amountFen);
  const code = leftSeconds > 0 && state.cancel === "none" ? (payment?.code ?? null) : null;
  const mayWithdraw = payment !== null && state.cancel === "none";
  useEffect(() => frame.current?.focus({ preventScroll: true }), []);
  useEffect(() => {
    function onKeyDown(event: KeyboardEvent): void {
      const open = document.querySelector("dialog[open]") !== null;
      if (event.key !== "Escape" || open || !mayWithdraw || payment === null) return;
      // The same key would close the dialog that it has just opened.
      event.preventDefault();
      refunds.open(payment, "reversal");
    }
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  });
  return (
    <section
      ref={frame}
      className="shown-code"
      data-result="code"
      tabIndex={-1}
      aria-labelledby="shown-code-title"
    >
      <header>
        <h1 id="shown-code-title">{t("code.title", { wallet })}</h1>
        <p>
          <Amount size="hero" text={amount} label={t("entering.amountLabel", { amount })} />
        </p>
      </header>
      {code !== null ? (
        <Drawing code={code} label={t("code.label", { wallet, amount })} />
      ) : (
        <div className="shown-code-none" aria-hidden="true" />
      )}
      <div className="shown-code-words">
        <p className="shown-code-sentence" role="status">
          {codeSentence(state, leftSeconds === 0 ? "overdue" : "live", { t, language })}
        </p>
        {code !== null && (
          <p role="timer" aria-label={t("code.remaining", { time: minutesText(leftSeconds) })}>
            <span aria-hidden="true">{t("code.left", { time: minutesText(leftSeconds) })}</span>
          </p>
        )}
      </div>
      {mayWithdraw && payment !== null && (
        <button
          type="button"
          className="button button-large"
          onClick={() => refunds.open(payment, "reversal")}
        >
          {t("code.withdraw")}
        </button>
      )}
    </section>
  );
}

function Drawing({ code, label }: Readonly<{ code: Code; label: string }>): ReactElement {
  const qr = useQr(code.url);
  if (qr === null) return <div className="shown-code-none" aria-hidden="true" />;
  return (
    <svg className="shown-code-qr" viewBox={`0 0 ${qr.size} ${qr.size}`} role="img" aria-label={label}>
      <path d={qr.path} />
    </svg>
  );
}

/** By this device’s own clock since the attempt: the clocks of platform and browser need not agree. */
function useLeftSeconds({ payment, attempt }: ProcessingCode): number {
  const elapsed = useElapsedSeconds(attempt.startedAtMs);
  if (payment === null) return 1;
  const window = Math.round((Date.parse(payment.expiresAt) - Date.parse(payment.createdAt)) / 1000);
  return Math.max(0, window - elapsed);
}
