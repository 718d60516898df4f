// The network’s own books: what the platform’s are compared with, and the true reasons that never reach the wire.
import { useLanguage } from "../language.tsx";
import type { Books, Trade, Wallet } from "../model.ts";
import { momentText, yuan } from "../money.ts";
import { State } from "../parts.tsx";

export function BooksBox({ books, wallets }: Readonly<{ books: Books; wallets: readonly Wallet[] }>) {
  const { t, locale } = useLanguage();
  const nameOf = (walletId: string | null): string => wallets.find(({ id }) => id === walletId)?.name ?? "—";
  return (
    <section className="box">
      <div className="box-head">
        <h3>{t("books.title", { channel: t(`channel.${books.channel}`) })}</h3>
        <State kind={books.state === "sound" ? "paid" : "broken"}>{t(`books.${books.state}`)}</State>
      </div>
      <p className="box-note">{t("books.counts", books.counts)}</p>
      {books.problems.map((problem) => (
        <p key={problem} className="box-note">
          <State kind="broken">{problem}</State>
        </p>
      ))}
      <h4>{t("books.trades")}</h4>
      {books.trades.length === 0 && <p className="box-note">{t("books.empty")}</p>}
      <ul className="rows">
        {books.trades.map((trade) => (
          <li key={trade.tradeNo} className="row">
            <span className="row-text">
              <span className="row-title">
                {nameOf(trade.walletId)} → {trade.merchantName}
              </span>
              <span className="row-note">
                {momentText(new Date(trade.createdAt), locale)} ·{" "}
                <code title={trade.tradeNo}>{trade.outTradeNo}</code>
              </span>
            </span>
            <span className="row-amount">
              {yuan(trade.amount)}
              <State kind={kindOf(trade)}>
                <code>{trade.status}</code>
              </State>
            </span>
          </li>
        ))}
      </ul>
      <h4>{t("books.refusals")}</h4>
      {books.refusals.length === 0 && <p className="box-note">{t("books.empty")}</p>}
      <ul className="rows">
        {books.refusals.map((refusal) => (
          <li key={`${refusal.outTradeNo} ${refusal.at}`} className="row">
            <span className="row-text">
              <span className="row-title">{nameOf(refusal.walletId)}</span>
              <span className="row-note">{momentText(new Date(refusal.at), locale)}</span>
            </span>
            <span className="row-amount">
              {yuan(refusal.amount)}
              <State kind="unpaid">
                <code>{refusal.reason}</code>
              </State>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function kindOf(trade: Trade): "paid" | "processing" | "unpaid" {
  if (trade.status === "WAIT_BUYER_PAY") return "processing";
  return trade.status === "TRADE_CLOSED" ? "unpaid" : "paid";
}
