// What was given back of a payment, what still can be, and the form for it.
import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { useState } from "react";
import type { Refund } from "@huiyin/contract/api/refunds.ts";
import { get } from "../api.ts";
import { yuan } from "../fen.ts";
import { useLanguage } from "../language.ts";
import { exactTime } from "../times.ts";
import type { PaymentView } from "../views.ts";
import { Amount } from "./Amount.tsx";
import { IdText } from "./IdText.tsx";
import { Moment } from "./Moment.tsx";
import { ProblemNotice } from "./Problem.tsx";
import { RefundForm, useRefundUnanswered } from "./RefundForm.tsx";
import { RefundStateDot, RefundWait } from "./RefundState.tsx";

export function Refunds({ payment }: { payment: PaymentView }) {
  const { t } = useLanguage();
  const [asking, setAsking] = useState(false);
  const refunds = useQuery({
    queryKey: ["refunds", "of", payment.id],
    queryFn: () => get<{ items: Refund[] }>(`/payments/${payment.id}/refunds`),
    refetchInterval: (query) => (query.state.data?.items.some(isOpen) ? 2_000 : 10_000),
  });
  const unanswered = useRefundUnanswered(payment.id) === "yes";
  const items = refunds.data?.items ?? [];
  const reserved = items.filter(isOpen).reduce((sum, refund) => sum + refund.amount, 0);
  const left = payment.amount - payment.refundedAmount - reserved;
  const refundable = payment.state === "succeeded" && left > 0 && refunds.isSuccess;
  return (
    <section className="card" aria-labelledby="refunds-heading">
      <div className="card-head">
        <h2 id="refunds-heading">{t("refundTitle")}</h2>
        {refundable && <span className="quiet">{t("refundable", { amount: yuan(left) })}</span>}
        {refundable && !asking && !unanswered && (
          <Button onClick={() => setAsking(true)}>{t("refundStart")}</Button>
        )}
      </div>
      {refunds.error && <ProblemNotice error={refunds.error} onRetry={() => void refunds.refetch()} />}
      {!asking && unanswered && <p role="status">{t("refundInFlight")}</p>}
      {refunds.isSuccess && items.length === 0 && !asking && !unanswered && <Nothing payment={payment} />}
      {asking && <RefundForm payment={payment} left={left} onEnd={() => setAsking(false)} />}
      {items.map((refund) => (
        <RefundRow key={refund.id} refund={refund} />
      ))}
    </section>
  );
}

/** Without a refund of its own: a reversal gives everything back by itself. */
function Nothing({ payment: { state, refundedAmount } }: { payment: PaymentView }) {
  const { t } = useLanguage();
  const reversed = state === "reversed" && refundedAmount > 0;
  return reversed ? (
    <p>{t("reversalGaveBack", { amount: yuan(refundedAmount) })}</p>
  ) : (
    <p className="quiet">{t("refundsNone")}</p>
  );
}

function isOpen(refund: Refund): boolean {
  return refund.state === "processing";
}

function RefundRow({ refund }: { refund: Refund }) {
  const { t } = useLanguage();
  const facts: ReadonlyArray<readonly [label: string, value: React.ReactNode]> = [
    [t("created"), <Moment key="at" at={refund.createdAt} />],
    [t("finishedTime"), refund.finishedAt && exactTime(refund.finishedAt)],
    [
      t("feeReturned"),
      refund.feeReturnedAmount === null ? null : <Amount key="fee" amountFen={refund.feeReturnedAmount} />,
    ],
    [t("reason"), refund.reason],
    [
      t("merchantRefundNo"),
      refund.merchantRefundNo && <IdText key="own" id={refund.merchantRefundNo} whole="yes" />,
    ],
    [t("channelRefundNo"), <IdText key="channel" id={refund.channelRefundNo} />],
    ["ID", <IdText key="id" id={refund.id} />],
  ];
  return (
    <article className="refund">
      <div className="card-head">
        <Amount amountFen={refund.amount} className="amount-middle" />
        <RefundStateDot refund={refund} />
        {refund.kind === "reversal" && <span className="badge">{t("reversalKind")}</span>}
      </div>
      <RefundWait refund={refund} />
      <dl className="facts facts-tight">
        {facts
          .filter(([, value]) => value !== null && value !== "")
          .map(([label, value]) => (
            <div key={label}>
              <dt>{label}</dt>
              <dd>{value}</dd>
            </div>
          ))}
      </dl>
    </article>
  );
}
