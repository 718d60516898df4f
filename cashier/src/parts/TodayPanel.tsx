// Today's payments of this terminal, newest first, and their total. The total counts what was paid, nothing else.
import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import type { Payment } from "@huiyin/contract/api/payments.ts";
import { channelWords, fundingSourceWords, paymentStateWords } from "@huiyin/contract/words.ts";
import { yuanText } from "../amount.ts";
import { useServices } from "../services.ts";
import { useStore } from "../store.ts";
import { clockTime, summaryOf, toneOf } from "../today.ts";
import { Amount } from "./Amount.tsx";
import { useLanguage } from "./useLanguage.ts";

export function TodayTotal(): ReactElement {
  const { t } = useTranslation();
  const { payments } = useStore(useServices().today);
  const { count, totalFen } = summaryOf(payments);
  return (
    <p className="today-total">
      <span className="today-count">{t("today.count", { count })}</span>
      <Amount size="row" text={yuanText(totalFen)} />
    </p>
  );
}

export function TodayList(): ReactElement {
  const { t } = useTranslation();
  const { state, payments } = useStore(useServices().today);
  return (
    <>
      {state === "failed" && <p className="today-note today-failed">{t("today.failed")}</p>}
      {state === "loading" && <p className="today-note">{t("today.loading")}</p>}
      {state === "ready" && payments.length === 0 && <p className="today-note">{t("today.empty")}</p>}
      {payments.length > 0 && (
        <ul className="today-list">
          {payments.map((payment) => (
            <TodayRow key={payment.id} payment={payment} />
          ))}
        </ul>
      )}
      {payments.length > 0 && <p className="today-note">{t("today.onlyPaid")}</p>}
    </>
  );
}

function TodayRow({ payment }: Readonly<{ payment: Payment }>): ReactElement {
  const { t } = useTranslation();
  const language = useLanguage();
  const { fundingSource } = payment;
  const source =
    fundingSource === null || fundingSource === "unknown"
      ? null
      : fundingSourceWords[fundingSource][language];
  const tone = toneOf(payment);
  return (
    <li className="today-row">
      <span className="today-what">
        <span className={`state state-${tone}`}>
          <span className="state-dot" aria-hidden="true" />
          {tone === "person" ? t("person.title") : paymentStateWords[payment.state][language]}
        </span>
        <span className="today-how">
          <time dateTime={payment.createdAt}>{clockTime(payment.createdAt)}</time>
          {` · ${channelWords[payment.channel][language]}`}
          {source !== null && ` · ${source}`}
        </span>
      </span>
      <Amount size="row" text={yuanText(BigInt(payment.amount))} />
    </li>
  );
}
