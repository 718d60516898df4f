// One payment, read like a story: how much, in what state, why, what to do, what happened, and the raw exchange.
import { useQuery } from "@tanstack/react-query";
import { Link, useLocation, useNavigate, useParams } from "react-router";
import {
  channelWords,
  feeBearerWords,
  fundingSourceWords,
  paymentModeWords,
  reviewReasonWords,
} from "@huiyin/contract/words.ts";
import { get } from "../api.ts";
import { Amount } from "../components/Amount.tsx";
import { Arrivals } from "../components/Arrivals.tsx";
import { DiagnosisPanel } from "../components/DiagnosisPanel.tsx";
import { IdText } from "../components/IdText.tsx";
import { Moment } from "../components/Moment.tsx";
import { ProblemNotice, Waiting } from "../components/Problem.tsx";
import { Refunds } from "../components/Refunds.tsx";
import { Reversal } from "../components/Reversal.tsx";
import { ReviewForm } from "../components/ReviewForm.tsx";
import { PaymentStateDot } from "../components/State.tsx";
import { TimelineStory } from "../components/TimelineStory.tsx";
import { useTerminals } from "../directory.ts";
import { yuan } from "../fen.ts";
import { useLanguage } from "../language.ts";
import { exactTime } from "../times.ts";
import type { PaymentView } from "../views.ts";

function isOpen(payment: PaymentView | undefined): boolean {
  return payment?.state === "processing" || payment?.state === "awaitingPayer";
}

export function PaymentPage() {
  const { t } = useLanguage();
  const { id = "" } = useParams();
  const payment = useQuery({
    queryKey: ["payment", id],
    queryFn: () => get<PaymentView>(`/payments/${id}`),
    refetchInterval: (query) => (isOpen(query.state.data) ? 2_000 : 10_000),
  });
  if (payment.isPending) return <Waiting>{t("loading")}</Waiting>;
  if (payment.error) return <ProblemNotice error={payment.error} onRetry={() => void payment.refetch()} />;
  return (
    <>
      <div className="page-head">
        <Back />
      </div>
      <Summary payment={payment.data} />
      {payment.data.review && <ReviewCard payment={payment.data} />}
      <Reversal key={`reversal-${id}`} payment={payment.data} />
      {payment.data.paidAt && <Refunds key={`refunds-${id}`} payment={payment.data} />}
      <DiagnosisPanel key={id} payment={payment.data} />
      {payment.data.paidAt && <Arrivals paymentId={id} />}
      <TimelineStory paymentId={id} live={isOpen(payment.data) ? "yes" : "no"} />
    </>
  );
}

/** To where the reader came from: the list keeps its search and its page. */
function Back() {
  const { t } = useLanguage();
  const navigate = useNavigate();
  const { key } = useLocation();
  return (
    <Link
      to="/payments"
      onClick={(event) => {
        // A page opened by a link of its own has nothing to go back to.
        if (key === "default") return;
        event.preventDefault();
        void navigate(-1);
      }}
    >
      ← {t("back")}
    </Link>
  );
}

function ReviewCard({ payment }: { payment: PaymentView }) {
  const { t, pick } = useLanguage();
  return (
    <section className="card notice-person">
      <h2>{t("reviewTitle")}</h2>
      <p>
        {payment.review && <strong>{pick(reviewReasonWords[payment.review.reason])}</strong>}{" "}
        {t("reviewExplain")}
      </p>
      <ReviewForm subject="payment" id={payment.id} />
    </section>
  );
}

function Summary({ payment }: { payment: PaymentView }) {
  const { t } = useLanguage();
  return (
    <section className="card">
      <div className="hero">
        <div>
          <div className="quiet">{payment.subject}</div>
          <h1>
            <Amount amountFen={payment.amount} className="amount-hero" />
          </h1>
          {payment.state === "reversed" && payment.paidAt === null && <div>{t("reversedUntold")}</div>}
          {payment.state !== "succeeded" && payment.refundedAmount > 0 && (
            <div>{t("refundedSoFar", { amount: yuan(payment.refundedAmount) })}</div>
          )}
        </div>
        <div>
          <PaymentStateDot payment={payment} />{" "}
          {payment.lateSuccess && <span className="badge">{t("lateSuccess")}</span>}
          {isOpen(payment) && !payment.review && <div className="quiet">{t("updatedLive")}</div>}
        </div>
      </div>
      <Facts payment={payment} />
    </section>
  );
}

function Facts({ payment }: { payment: PaymentView }) {
  const { t, pick } = useLanguage();
  const terminalName = useTerminals().find(({ id }) => id === payment.terminalId)?.name ?? payment.terminalId;
  // Whoever gives everything back by a reversal gets the fee back with it.
  const fee = payment.state === "reversed" && payment.feeAmount !== null ? 0 : payment.feeAmount;
  const facts: ReadonlyArray<readonly [label: string, value: React.ReactNode]> = [
    [t("created"), <Moment key="created" at={payment.createdAt} />],
    [
      t("paidWith"),
      pick(channelWords[payment.channel]) +
        (payment.fundingSource ? ` · ${pick(fundingSourceWords[payment.fundingSource])}` : ""),
    ],
    [t("scannedBy"), pick(paymentModeWords[payment.mode])],
    [t("codeUntil"), payment.code && <Moment key="code" at={payment.code.expiresAt} />],
    [
      t("instalments"),
      mayHaveInstalments(payment) ? <Instalments key="instalments" payment={payment} /> : null,
    ],
    [t("terminal"), terminalName],
    [t("channelAnswer"), channelAnswer(payment)],
    [t("fee"), fee === null ? null : <Amount key="fee" amountFen={fee} />],
    [t("payerAccount"), payment.payerAccount],
    [
      t("merchantOrderNo"),
      payment.merchantOrderNo && <IdText key="order" id={payment.merchantOrderNo} whole="yes" />,
    ],
    [t("channelOrderNo"), <IdText key="channel" id={payment.channelOrderNo} whole="yes" />],
    [
      t("channelTradeNo"),
      payment.channelTradeNo && <IdText key="trade" id={payment.channelTradeNo} whole="yes" />,
    ],
    ["ID", <IdText key="id" id={payment.id} whole="yes" />],
    [
      t("finishedTime"),
      (payment.paidAt ?? payment.finishedAt) ? exactTime(payment.paidAt ?? payment.finishedAt ?? "") : null,
    ],
  ];
  return (
    <dl className="facts">
      {facts
        .filter(([, value]) => value !== null && value !== "")
        .map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}

/** While nothing is paid, or the channel does not say from where, there is nothing to say. */
function mayHaveInstalments({ credit, fundingSource }: PaymentView): boolean {
  return credit !== null && fundingSource !== null && fundingSource !== "unknown";
}

/** Only the source of the money says whether the customer took the instalments that were asked for. */
function Instalments({ payment: { credit, fundingSource } }: { payment: PaymentView }) {
  const { t, pick } = useLanguage();
  if (credit === null) return null;
  if (fundingSource !== "huabeiInstalment") return t("instalmentsNone");
  return `${t("instalmentCount", { count: credit.instalments })} · ${pick(feeBearerWords[credit.feeBearer])}`;
}

function channelAnswer(payment: PaymentView): React.ReactNode {
  if (!payment.channelCode) return null;
  return (
    <>
      <code>{payment.channelCode}</code>
      {payment.channelMessage ? ` ${payment.channelMessage}` : ""}
    </>
  );
}
