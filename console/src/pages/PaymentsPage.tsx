// Every payment, found in one search. The filters live in the address, so that a view can be sent to somebody.
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link, useSearchParams } from "react-router";
import { channelWords, fundingSourceWords } from "@huiyin/contract/words.ts";
import { get } from "../api.ts";
import { Amount } from "../components/Amount.tsx";
import { IdText } from "../components/IdText.tsx";
import { Moment } from "../components/Moment.tsx";
import { filterNames, PaymentFilters } from "../components/PaymentFilters.tsx";
import { Pager } from "../components/Pager.tsx";
import { ProblemNotice, Teaching, Waiting } from "../components/Problem.tsx";
import { PaymentStateDot } from "../components/State.tsx";
import { useTerminals } from "../directory.ts";
import { yuan } from "../fen.ts";
import { useLanguage } from "../language.ts";
import type { ListOf, PaymentView } from "../views.ts";

const pageSize = 20;

export function PaymentsPage() {
  const { t } = useLanguage();
  const [parameters] = useSearchParams();
  const asked = Object.fromEntries(parameters);
  const narrowed = filterNames.some((name) => parameters.has(name));
  const payments = useQuery({
    queryKey: ["payments", asked],
    queryFn: () => get<ListOf<PaymentView>>("/payments", { limit: pageSize, ...asked }),
    placeholderData: keepPreviousData,
    refetchInterval: 5_000,
  });
  return (
    <>
      <div className="page-head">
        <h1>{t("payments")}</h1>
      </div>
      <section className="card" aria-busy={payments.isPlaceholderData}>
        <PaymentFilters />
        {payments.isPending && <Waiting>{t("loading")}</Waiting>}
        {payments.error && <ProblemNotice error={payments.error} onRetry={() => void payments.refetch()} />}
        {payments.data?.items.length === 0 &&
          (narrowed ? (
            <Teaching title={t("noMatch")} hint={t("noMatchHint")} />
          ) : (
            <Teaching title={t("noPayments")} hint={t("noPaymentsHint")} />
          ))}
        {payments.data && payments.data.items.length > 0 && <PaymentRows payments={payments.data.items} />}
        {payments.data && <Pager page={payments.data} />}
      </section>
    </>
  );
}

function PaymentRows({ payments }: { payments: readonly PaymentView[] }) {
  const { t } = useLanguage();
  const names = new Map(useTerminals().map((terminal) => [terminal.id, terminal.name]));
  return (
    <table className="rows">
      <thead>
        <tr>
          <th>{t("time")}</th>
          <th className="number">{t("amount")}</th>
          <th>{t("state")}</th>
          <th>{t("paidWith")}</th>
          <th>{t("terminal")}</th>
          <th>{t("channelAnswer")}</th>
          <th>{t("orderNumber")}</th>
          <th>
            <span className="only-heard">{t("open")}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {payments.map((payment) => (
          <PaymentRow key={payment.id} payment={payment} terminalName={names.get(payment.terminalId ?? "")} />
        ))}
      </tbody>
    </table>
  );
}

type RowProperties = Readonly<{ payment: PaymentView; terminalName: string | undefined }>;

function PaymentRow({ payment, terminalName }: RowProperties) {
  const { t, pick } = useLanguage();
  const { refundedAmount } = payment;
  return (
    <tr>
      <td>
        <Link className="row-link" to={`/payments/${payment.id}`}>
          <Moment at={payment.createdAt} />
        </Link>
      </td>
      <td className="number">
        <Amount amountFen={payment.amount} />
        {/* Of a paid one the state says it. */}
        {payment.state !== "succeeded" && refundedAmount > 0 && (
          <div className="quiet">{t("refundedSoFar", { amount: yuan(refundedAmount) })}</div>
        )}
      </td>
      <td>
        <PaymentStateDot payment={payment} />{" "}
        {payment.lateSuccess && <span className="badge">{t("lateSuccess")}</span>}
      </td>
      <td className="phone-end">
        {pick(channelWords[payment.channel])}
        {payment.fundingSource ? ` · ${pick(fundingSourceWords[payment.fundingSource])}` : ""}
      </td>
      <td className="wide-only no-wrap">
        {payment.terminalId === null ? t("noTerminalName") : (terminalName ?? "…")}
      </td>
      <td className="wide-only">{payment.channelCode && <code>{payment.channelCode}</code>}</td>
      <td className="wide-only">
        <IdText id={payment.merchantOrderNo ?? payment.channelOrderNo} />
      </td>
      <td className="no-wrap">
        <Link to={`/payments/${payment.id}`}>
          {payment.state === "succeeded" && !payment.lateSuccess ? t("open") : t("why")}
        </Link>
      </td>
    </tr>
  );
}
