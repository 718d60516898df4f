// Money has left, or it has not: the whole phone says so.
import { useEffect, useRef } from "react";
import { useLanguage } from "../language.tsx";
import type { Trade, Wallet } from "../model.ts";
import { yuan } from "../money.ts";
import { Echo, useFundingName } from "../parts.tsx";
import { Plan, planPaidBy } from "./InstalmentNote.tsx";
import type { News } from "./news.ts";
import { reasonKey } from "./reasons.ts";

export type ResultProps = Readonly<{ wallet: Wallet; news: News; onDone(): void }>;

export function Result({ wallet, news, onDone }: ResultProps) {
  const { t } = useLanguage();
  const nameOf = useFundingName(wallet);
  const done = useRef<HTMLButtonElement>(null);
  useEffect(() => done.current?.focus(), [news]);
  const paid = news.kind === "paid";
  const { amount, merchantName } = paid ? news.trade : news.refusal;
  return (
    <section className={`result result-${news.kind}`} role="alert" data-testid={`result-${news.kind}`}>
      <div className="result-body">
        <span className="result-sign">
          {paid && <Echo />}
          <svg viewBox="0 0 48 48" aria-hidden="true">
            {paid ? <path d="M12 25l8 8 16-18" /> : <path d="M15 15l18 18M33 15L15 33" />}
          </svg>
        </span>
        <h1>{t(paid ? "result.paid" : "result.refused")}</h1>
        <p className="result-amount">{yuan(amount)}</p>
        <p className="result-to">{t("result.to", { merchant: merchantName })}</p>
        {news.kind === "paid" ? (
          <PaidNote trade={news.trade} funding={nameOf(news.trade.funding ?? "")} />
        ) : (
          <p className="result-note">{t(reasonKey(news.refusal.reason), { reason: news.refusal.reason })}</p>
        )}
      </div>
      <button type="button" className="button result-done" ref={done} onClick={onDone}>
        {t("result.done")}
      </button>
    </section>
  );
}

function PaidNote({ trade, funding }: Readonly<{ trade: Trade; funding: string }>) {
  const { t } = useLanguage();
  const plan = planPaidBy(trade);
  return (
    <>
      <p className="result-note">{t("result.with", { funding })}</p>
      {plan !== null && <Plan instalments={plan} />}
    </>
  );
}
