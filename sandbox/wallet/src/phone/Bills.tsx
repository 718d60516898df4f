// What this payer paid and what came back, newest first, refused attempts among them.
import { useLanguage } from "../language.tsx";
import type { Payments, Refund, Refusal, Trade, Wallet } from "../model.ts";
import { momentText, yuan } from "../money.ts";
import { State, useFundingName } from "../parts.tsx";
import { planPaidBy } from "./InstalmentNote.tsx";
import { reasonKey } from "./reasons.ts";

type Line = Readonly<{ key: string; at: string }> &
  (
    | Readonly<{ kind: "trade"; trade: Trade }>
    | Readonly<{ kind: "refund"; trade: Trade; refund: Refund }>
    | Readonly<{ kind: "refusal"; refusal: Refusal }>
  );

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
              <BillLine wallet={wallet} line={line} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function BillLine({ wallet, line }: Readonly<{ wallet: Wallet; line: Line }>) {
  switch (line.kind) {
    case "trade":
      return <TradeLine wallet={wallet} trade={line.trade} />;
    case "refund":
      return <RefundLine wallet={wallet} trade={line.trade} refund={line.refund} />;
    case "refusal":
      return <RefusalLine refusal={line.refusal} />;
  }
}

function linesOf(payments: Payments | null): readonly Line[] {
  if (payments === null) return [];
  const trades = payments.items.map(
    (trade) => ({ kind: "trade", trade, key: trade.tradeNo, at: trade.createdAt }) as const,
  );
  const refunds = payments.items.flatMap((trade) =>
    trade.refunds.map((refund, index) => {
      return { kind: "refund", trade, refund, key: `${trade.tradeNo} ${index}`, at: refund.at } as const;
    }),
  );
  const refusals = payments.refusals.map((refusal) => {
    return { kind: "refusal", refusal, key: `${refusal.outTradeNo} ${refusal.at}`, at: refusal.at } as const;
  });
  return [...refunds.toReversed(), ...trades, ...refusals].toSorted((left, right) =>
    left.at < right.at ? 1 : left.at > right.at ? -1 : 0,
  );
}

function TradeLine({ wallet, trade }: Readonly<{ wallet: Wallet; trade: Trade }>) {
  const { t, locale } = useLanguage();
  const plan = trade.status === "TRADE_CLOSED" ? null : planPaidBy(trade);
  const nameOf = useFundingName(wallet);
  return (
    <>
      <span className="bill-what">
        <span className="bill-name">{trade.merchantName}</span>
        <span className="bill-note">
          {momentText(new Date(trade.paidAt ?? trade.createdAt), locale)}
          {trade.funding !== null && ` · ${nameOf(trade.funding)}`}
        </span>
        {plan !== null && (
          <span className="bill-note">
            {t("bills.instalments", { months: plan.months, monthly: yuan(plan.monthly) })}
          </span>
        )}
      </span>
      <span className="bill-amount">
        {trade.paidAt === null ? yuan(trade.amount) : yuan(-trade.amount)}
        <TradeState trade={trade} />
      </span>
    </>
  );
}

function TradeState({ trade: { status, paidAt, refunded } }: Readonly<{ trade: Trade }>) {
  const { t } = useLanguage();
  if (status === "WAIT_BUYER_PAY") return <State kind="processing">{t("bills.waiting")}</State>;
  if (status === "TRADE_CLOSED")
    return <State kind="unpaid">{t(paidAt === null ? "bills.closed" : "bills.refunded")}</State>;
  return <State kind="paid">{t(refunded === 0 ? "bills.paid" : "bills.partlyRefunded")}</State>;
}

const refundKinds = { done: "paid", processing: "processing", stuck: "broken" } as const;

type RefundLineProps = Readonly<{ wallet: Wallet; trade: Trade; refund: Refund }>;

function RefundLine({ wallet, trade, refund }: RefundLineProps) {
  const { t, locale } = useLanguage();
  const nameOf = useFundingName(wallet);
  return (
    <>
      <span className="bill-what">
        <span className="bill-name">{t("bills.refundFrom", { merchant: trade.merchantName })}</span>
        <span className="bill-note">
          {momentText(new Date(refund.at), locale)} ·{" "}
          {t("bills.refundTo", { funding: nameOf(trade.funding ?? "balance") })}
        </span>
        {refund.reason !== null && <span className="bill-note">{refund.reason}</span>}
      </span>
      <span className="bill-amount" data-testid="bill-refund">
        +{yuan(refund.amount)}
        <State kind={refundKinds[refund.state]}>{t(`bills.refund.${refund.state}`)}</State>
      </span>
    </>
  );
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
