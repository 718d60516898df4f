// What this payer paid, newest first, refused attempts among them.
import { useLanguage } from "../language.tsx";
import type { Payments, Refusal, Trade, Wallet } from "../model.ts";
import { momentText, yuan } from "../money.ts";
import { State, useFundingName } from "../parts.tsx";
import { reasonKey } from "./reasons.ts";

type Line = Readonly<{ key: string; at: string }> &
  (Readonly<{ kind: "trade"; trade: Trade }> | Readonly<{ kind: "refusal"; refusal: Refusal }>);

export function Bills({ wallet, payments }: Readonly<{ wallet: Wallet; payments: Payments | null }>) {
  const { t } = useLanguage();
  const lines = linesOf(payments);
  return (
    <section className="bills">
      <h1>{t("bills.title")}</h1>
      {lines.length === 0 ? (
        <p className="bills-empty">{t("bills.empty")}</p>
      ) : (
        <ul>
          {lines.map((line) => (
            <li key={line.key} className="bill">
              {line.kind === "trade" ? (
                <TradeLine wallet={wallet} trade={line.trade} />
              ) : (
                <RefusalLine refusal={line.refusal} />
              )}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function linesOf(payments: Payments | null): readonly Line[] {
  if (payments === null) return [];
  const trades = payments.items.map(
    (trade) => ({ kind: "trade", trade, key: trade.tradeNo, at: trade.createdAt }) as const,
  );
  const refusals = payments.refusals.map((refusal) => {
    return { kind: "refusal", refusal, key: `${refusal.outTradeNo} ${refusal.at}`, at: refusal.at } as const;
  });
  return [...trades, ...refusals].toSorted((left, right) =>
    left.at < right.at ? 1 : left.at > right.at ? -1 : 0,
  );
}

function TradeLine({ wallet, trade }: Readonly<{ wallet: Wallet; trade: Trade }>) {
  const { locale } = useLanguage();
  const nameOf = useFundingName(wallet);
  return (
    <>
      <span className="bill-what">
        <span className="bill-name">{trade.merchantName}</span>
        <span className="bill-note">
          {momentText(new Date(trade.paidAt ?? trade.createdAt), locale)}
          {trade.funding !== null && ` · ${nameOf(trade.funding)}`}
        </span>
      </span>
      <span className="bill-amount">
        {trade.paidAt === null ? yuan(trade.amount) : yuan(-trade.amount)}
        <TradeState trade={trade} />
      </span>
    </>
  );
}

function TradeState({ trade: { status, paidAt } }: Readonly<{ trade: Trade }>) {
  const { t } = useLanguage();
  if (status === "WAIT_BUYER_PAY") return <State kind="processing">{t("bills.waiting")}</State>;
  if (status !== "TRADE_CLOSED") return <State kind="paid">{t("bills.paid")}</State>;
  return <State kind="unpaid">{t(paidAt === null ? "bills.closed" : "bills.refunded")}</State>;
}

function RefusalLine({ refusal }: Readonly<{ refusal: Refusal }>) {
  const { t, locale } = useLanguage();
  return (
    <>
      <span className="bill-what">
        <span className="bill-name">{refusal.merchantName}</span>
        <span className="bill-note">{momentText(new Date(refusal.at), locale)}</span>
        <span className="bill-note">{t(reasonKey(refusal.reason), { reason: refusal.reason })}</span>
      </span>
      <span className="bill-amount">
        {yuan(refusal.amount)}
        <State kind="unpaid">{t("bills.refused")}</State>
      </span>
    </>
  );
}
