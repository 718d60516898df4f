// Today's payments of this terminal, newest first, and their total. The total counts what was paid and kept, nothing else.
import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import type { Payment } from "@huiyin/contract/api/payments.ts";
import type { Refund } from "@huiyin/contract/api/refunds.ts";
import { channelWords, fundingSourceWords, givenBackStateWords } from "@huiyin/contract/words.ts";
import { yuanText } from "../amount.ts";
import { useServices } from "../services.ts";
import { useStore } from "../store.ts";
import { clockTime, linesOf, refundToneOf, summaryOf, toneOf } from "../today.ts";
import { paymentStateText } from "../wording.ts";
import { Amount } from "./Amount.tsx";
import { useLanguage } from "./useLanguage.ts";

export function TodayTotal(): ReactElement {
  const { t } = useTranslation();
  const { payments } = useStore(useServices().today);
  const { count, keptFen, refundedFen } = summaryOf(payments);
  return (
    <p className="today-total">
      <span className="today-count">
        {t("today.count", { count })}
        {refundedFen > 0n && ` · ${t("today.back", { amount: yuanText(refundedFen) })}`}
      </span>
      <span className="today-kept">
        <span>{t("receipt.kept")}</span>
        <Amount size="row" text={yuanText(keptFen)} />
      </span>
    </p>
  );
}

type TodayListProps = Readonly<{ onOpen(payment: Payment): void; onFind(): void }>;

export function TodayList({ onOpen, onFind }: TodayListProps): ReactElement {
  const { t } = useTranslation();
  const { state, payments, refunds } = useStore(useServices().today);
  return (
    <>
      <button type="button" className="button today-find" onClick={onFind}>
        {t("refund.find")}
      </button>
      {state === "failed" && <p className="today-note today-failed">{t("today.failed")}</p>}
      {state === "loading" && <p className="today-note">{t("today.loading")}</p>}
      {state === "ready" && payments.length === 0 && <p className="today-note">{t("today.empty")}</p>}
      {payments.length + refunds.length > 0 && (
        <ul className="today-list">
          {linesOf(payments, refunds).map((line) =>
            line.kind === "payment" ? (
              <PaymentRow key={line.payment.id} payment={line.payment} onOpen={onOpen} />
            ) : (
              <RefundRow key={line.refund.id} refund={line.refund} />
            ),
          )}
        </ul>
      )}
      {payments.length > 0 && <p className="today-note">{t("today.onlyPaid")}</p>}
    </>
  );
}

type PaymentRowProps = Readonly<{ payment: Payment; onOpen(payment: Payment): void }>;

export function PaymentRow({ payment, onOpen }: PaymentRowProps): ReactElement {
  const { t } = useTranslation();
  const language = useLanguage();
  const { fundingSource } = payment;
  const source =
    fundingSource === null || fundingSource === "unknown"
      ? null
      : fundingSourceWords[fundingSource][language];
  const tone = toneOf(payment);
  return (
    <li>
      <button type="button" className="today-row today-row-open" onClick={() => onOpen(payment)}>
        <span className="today-what">
          <span className={`state state-${tone}`}>
            <span className="state-dot" aria-hidden="true" />
            {tone === "person" ? t("person.title") : paymentStateText(payment, { t, language })}
          </span>
          <span className="today-how">
            <time dateTime={payment.createdAt}>{clockTime(payment.createdAt)}</time>
            {` · ${channelWords[payment.channel][language]}`}
            {source !== null && ` · ${source}`}
            {payment.refundedAmount > 0 &&
              ` · ${t("today.back", { amount: yuanText(BigInt(payment.refundedAmount)) })}`}
          </span>
        </span>
        <Amount size="row" text={yuanText(BigInt(payment.amount))} />
      </button>
    </li>
  );
}

function RefundRow({ refund }: Readonly<{ refund: Refund }>): ReactElement {
  const { t } = useTranslation();
  const language = useLanguage();
  return (
    <li className="today-row" data-refund-row={refund.state}>
      <span className="today-what">
        <span className={`state state-${refundToneOf(refund)}`}>
          <span className="state-dot" aria-hidden="true" />
          {givenBackStateWords[refund.way][refund.state][language]}
        </span>
        <span className="today-how">
          {t(`today.${refund.way}Line`, { time: clockTime(refund.createdAt) })}
          {refund.reason !== null && ` · ${refund.reason}`}
        </span>
      </span>
      <Amount size="row" sign="minus" text={yuanText(BigInt(refund.amount))} />
    </li>
  );
}
