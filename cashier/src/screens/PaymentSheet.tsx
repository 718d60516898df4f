// One payment out of the list: what it was, what went back, and what can be done with it.
import { useState, type ReactElement } from "react";
import { useTranslation } from "react-i18next";
import type { Payment } from "@huiyin/contract/api/payments.ts";
import type { Refund } from "@huiyin/contract/api/refunds.ts";
import { givenBackStateWords } from "@huiyin/contract/words.ts";
import { yuanText } from "../amount.ts";
import type { Reply } from "../device/platform.ts";
import { Amount } from "../parts/Amount.tsx";
import { Dialog } from "../parts/Dialog.tsx";
import { useLanguage } from "../parts/useLanguage.ts";
import { useRefunds } from "../parts/useRefunds.ts";
import { isReversible, leftOf } from "../refund/flow.ts";
import { useServices } from "../services.ts";
import { useStore } from "../store.ts";
import { counting, dayAndTime, toneOf } from "../today.ts";
import { creditText, methodText, paymentStateText } from "../wording.ts";
import { ReceiptDialog } from "./ReceiptDialog.tsx";

type PaymentSheetProps = Readonly<{ payment: Payment; onClose(): void }>;

export function PaymentSheet({ payment: opened, onClose }: PaymentSheetProps): ReactElement {
  const { t } = useTranslation();
  const language = useLanguage();
  const { refunds, today } = useServices();
  const [receipt, setReceipt] = useState(false);
  // The list is read again after every refund: what it says now is newer than what was tapped.
  const listed = useStore(today).payments.find(({ id }) => id === opened.id) ?? opened;
  const given = useRefunds(listed);
  const payment = given?.kind === "answered" ? counting(listed, given.value) : listed;
  const tone = toneOf(payment);
  const left = leftOf(payment);
  const openRefund = (kind: "refund" | "reversal"): void => {
    onClose();
    refunds.open(payment, kind);
  };
  return (
    <Dialog title={t("sheet.title")} onClose={onClose}>
      <div>
        <p className={`state state-${tone}`}>
          <span className="state-dot" aria-hidden="true" />
          {tone === "person" ? t("person.title") : paymentStateText(payment, { t, language })}
        </p>
        <Amount size="hero" text={yuanText(BigInt(payment.amount))} />
      </div>
      <Facts payment={payment} />
      <Given reply={given} payment={payment} />
      <div className="actions actions-even">
        {left > 0n && (
          <button type="button" className="button button-main" onClick={() => openRefund("refund")}>
            {t("refund.open")}
          </button>
        )}
        {left === 0n && isReversible(payment) && (
          <button type="button" className="button" onClick={() => openRefund("reversal")}>
            {t("refund.reversalTitle")}
          </button>
        )}
        <button type="button" className="button" onClick={() => setReceipt(true)}>
          {t("sheet.receipt")}
        </button>
      </div>
      {receipt && (
        <ReceiptDialog
          payment={payment}
          refunds={given?.kind === "answered" ? given.value : []}
          onClose={() => setReceipt(false)}
        />
      )}
    </Dialog>
  );
}

function Facts({ payment }: Readonly<{ payment: Payment }>): ReactElement {
  const { t } = useTranslation();
  const language = useLanguage();
  const terms = creditText(payment, { t, language });
  return (
    <dl className="facts">
      <dt>{t("sheet.time")}</dt>
      <dd>{dayAndTime(payment.paidAt ?? payment.createdAt)}</dd>
      <dt>{t("sheet.method")}</dt>
      <dd>
        {methodText(payment, language)}
        {terms !== null && <> · {terms}</>}
      </dd>
      <dt>{t("sheet.order")}</dt>
      <dd>
        <code>{payment.merchantOrderNo ?? payment.channelOrderNo}</code>
      </dd>
      {payment.channelTradeNo !== null && (
        <>
          <dt>{t("sheet.trade")}</dt>
          <dd>
            <code>{payment.channelTradeNo}</code>
          </dd>
        </>
      )}
      {payment.refundedAmount > 0 && (
        <>
          <dt>{t("sheet.refunded")}</dt>
          <dd>{`${t("common.yuan")}${yuanText(BigInt(payment.refundedAmount))}`}</dd>
        </>
      )}
    </dl>
  );
}

type GivenProps = Readonly<{ payment: Payment; reply: Reply<readonly Refund[]> | null }>;

function Given({ payment, reply }: GivenProps): ReactElement | null {
  const { t } = useTranslation();
  const language = useLanguage();
  if (payment.state !== "succeeded") return null;
  if (reply === null)
    return payment.refundedAmount > 0 ? <p className="today-note">{t("sheet.refundsLoading")}</p> : null;
  if (reply.kind !== "answered") return <p className="today-note">{t("sheet.refundsFailed")}</p>;
  if (reply.value.length === 0) return null;
  return (
    <section aria-label={t("sheet.refunds")}>
      <ul className="today-list">
        {reply.value.map((refund) => (
          <li key={refund.id} className="today-row">
            <span className="today-what">
              <span>{givenBackStateWords[refund.way][refund.state][language]}</span>
              <span className="today-how">{dayAndTime(refund.createdAt)}</span>
            </span>
            <Amount size="row" text={yuanText(BigInt(refund.amount))} />
          </li>
        ))}
      </ul>
    </section>
  );
}
