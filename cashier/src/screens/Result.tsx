// The frame of the four results: each fills the screen with its colour, its word, its amount and one sentence.
import { useEffect, useRef, type ReactElement, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Amount } from "../parts/Amount.tsx";

type ResultProps = Readonly<{
  tone: "paid" | "unpaid" | "processing" | "person";
  title: string;
  /** Yuan with two decimals. */
  amount: string;
  sentence: string;
  /** What stands between the amount and the sentence: the method, the countdown. */
  detail?: ReactNode;
  /** Acts, the first of them the one that a cashier most likely wants. */
  actions?: ReactNode;
  decoration?: ReactNode;
}>;

export function Result({
  tone,
  title,
  amount,
  sentence,
  detail,
  actions,
  decoration,
}: ResultProps): ReactElement {
  const { t } = useTranslation();
  const frame = useRef<HTMLElement>(null);
  useEffect(() => {
    // The main act takes the focus, so that Enter goes on; where there is none, the result itself is read out.
    const first = frame.current?.querySelector<HTMLElement>(".button-result:not(.button-result-quiet)");
    (first ?? frame.current)?.focus({ preventScroll: true });
  }, [tone]);
  return (
    <section
      ref={frame}
      className={`result result-${tone}`}
      data-result={tone}
      tabIndex={-1}
      aria-labelledby="result-title"
    >
      {decoration}
      <div className="result-body">
        <div role="alert">
          <h1 id="result-title" className="result-title">
            {title}
          </h1>
          <p className="result-amount">
            <Amount size="giant" text={amount} label={t("entering.amountLabel", { amount })} />
          </p>
          <p className="result-sentence">{sentence}</p>
        </div>
        {Boolean(detail) && <div className="result-detail">{detail}</div>}
      </div>
      {Boolean(actions) && <div className="result-actions">{actions}</div>}
    </section>
  );
}
