// Payments and refunds that wait for a person: since when, why, what the channel said last, and the decision, all here.
import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import { Link } from "react-router";
import type { Refund } from "@huiyin/contract/api/refunds.ts";
import { givenBackWaitWords, reviewReasonWords } from "@huiyin/contract/words.ts";
import { get } from "../api.ts";
import { Amount } from "../components/Amount.tsx";
import { IdText } from "../components/IdText.tsx";
import { Moment } from "../components/Moment.tsx";
import { ProblemNotice, Teaching, Waiting } from "../components/Problem.tsx";
import { ReviewForm } from "../components/ReviewForm.tsx";
import { useTerminals } from "../directory.ts";
import { useLanguage } from "../language.ts";
import type { ListOf, PaymentView } from "../views.ts";

const shownMax = 50;
const refreshMs = 5_000;

export function ReviewsPage() {
  const { t } = useLanguage();
  const asked = { review: "true", limit: shownMax };
  const payments = useQuery({
    queryKey: ["payments", "reviews"],
    queryFn: () => get<ListOf<PaymentView>>("/payments", asked),
    refetchInterval: refreshMs,
  });
  const refunds = useQuery({
    queryKey: ["refunds", "reviews"],
    queryFn: () => get<ListOf<Refund>>("/refunds", asked),
    refetchInterval: refreshMs,
  });
  const nothing = payments.data?.items.length === 0 && refunds.data?.items.length === 0;
  return (
    <>
      <div className="page-head">
        <h1>{t("reviews")}</h1>
      </div>
      {nothing ? (
        <section className="card">
          <Teaching title={t("noReviews")} hint={t("noReviewsHint")} />
        </section>
      ) : (
        <p className="quiet">{t("reviewIntro")}</p>
      )}
      <Several title={t("reviewPayments")} list={payments}>
        {payments.data?.items.map((payment) => (
          <PaymentReview key={payment.id} payment={payment} />
        ))}
      </Several>
      <Several title={t("reviewRefunds")} list={refunds}>
        {refunds.data?.items.map((refund) => (
          <RefundReview key={refund.id} refund={refund} />
        ))}
      </Several>
    </>
  );
}

type SeveralProperties = Readonly<{
  title: string;
  list: UseQueryResult<ListOf<unknown>>;
  children: React.ReactNode;
}>;

function Several({ title, list, children }: SeveralProperties) {
  const { t } = useLanguage();
  if (list.isPending) return <Waiting>{t("loading")}</Waiting>;
  if (list.error) return <ProblemNotice error={list.error} onRetry={() => void list.refetch()} />;
  if (list.data.items.length === 0) return null;
  return (
    <section className="stack">
      <h2>
        {title} <span className="quiet">{t("countWaiting", { count: list.data.items.length })}</span>
      </h2>
      {children}
    </section>
  );
}

function PaymentReview({ payment }: { payment: PaymentView }) {
  const { t, pick } = useLanguage();
  const terminal = useTerminals().find(({ id }) => id === payment.terminalId);
  if (!payment.review) return null;
  return (
    <Work
      amountFen={payment.amount}
      since={payment.review.since}
      why={pick(reviewReasonWords[payment.review.reason])}
      said={payment}
      link={`/payments/${payment.id}`}
      form={<ReviewForm subject="payment" id={payment.id} />}
    >
      {terminal && (
        <div>
          <dt>{t("terminal")}</dt>
          <dd>{terminal.name}</dd>
        </div>
      )}
      <div>
        <dt>{t("channelOrderNo")}</dt>
        <dd>
          <IdText id={payment.channelOrderNo} whole="yes" />
        </dd>
      </div>
    </Work>
  );
}

function RefundReview({ refund }: { refund: Refund }) {
  const { t, pick } = useLanguage();
  return (
    <Work
      amountFen={refund.amount}
      since={refund.createdAt}
      why={pick(givenBackWaitWords[refund.way][refund.waitingFor ?? "person"])}
      said={refund}
      link={`/payments/${refund.paymentId}`}
      form={<ReviewForm subject="refund" id={refund.id} />}
    >
      <div>
        <dt>{t("channelRefundNo")}</dt>
        <dd>
          <IdText id={refund.channelRefundNo} whole="yes" />
        </dd>
      </div>
    </Work>
  );
}

type WorkProperties = Readonly<{
  amountFen: number;
  since: string;
  why: string;
  said: Readonly<{ channelCode: string | null; channelMessage: string | null }>;
  link: string;
  form: React.ReactNode;
  children: React.ReactNode;
}>;

function Work({ amountFen, since, why, said, link, form, children }: WorkProperties) {
  const { t } = useLanguage();
  return (
    <article className="card work">
      <div>
        <div className="card-head">
          <Amount amountFen={amountFen} className="amount-middle" />
          <Link to={link}>{t("openPayment")}</Link>
        </div>
        <dl className="facts facts-tight">
          <div>
            <dt>{t("waitingSince")}</dt>
            <dd>
              <Moment at={since} />
            </dd>
          </div>
          <div>
            <dt>{t("whyWaiting")}</dt>
            <dd>{why}</dd>
          </div>
          <div>
            <dt>{t("lastSaid")}</dt>
            <dd>
              {said.channelCode ? (
                <>
                  <code>{said.channelCode}</code> {said.channelMessage}
                </>
              ) : (
                t("saidNothing")
              )}
            </dd>
          </div>
          {children}
        </dl>
      </div>
      {form}
    </article>
  );
}
