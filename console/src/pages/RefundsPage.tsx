// Every refund: what is under way, what waits for money or for a person, and what became of the others.
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Segmented } from "antd";
import { Link, useSearchParams } from "react-router";
import type { Refund } from "@huiyin/contract/api/refunds.ts";
import { get } from "../api.ts";
import { Amount } from "../components/Amount.tsx";
import { IdText } from "../components/IdText.tsx";
import { Moment } from "../components/Moment.tsx";
import { Pager } from "../components/Pager.tsx";
import { ProblemNotice, Teaching, Waiting } from "../components/Problem.tsx";
import { RefundStateDot, RefundWait } from "../components/RefundState.tsx";
import { SearchField } from "../components/SearchField.tsx";
import { useLanguage } from "../language.ts";
import type { ListOf } from "../views.ts";

const pageSize = 20;

const views = {
  all: {},
  open: { state: "processing" },
  person: { review: "true" },
  failed: { state: "failed" },
} as const;
type View = keyof typeof views;

function viewIn(parameters: URLSearchParams): View {
  const view = parameters.get("view");
  return view === "open" || view === "person" || view === "failed" ? view : "all";
}

export function RefundsPage() {
  const { t } = useLanguage();
  const [parameters, setParameters] = useSearchParams();
  const view = viewIn(parameters);
  const merchantRefundNo = parameters.get("number") ?? "";
  const { after, before } = Object.fromEntries(parameters);
  const refunds = useQuery({
    queryKey: ["refunds", view, merchantRefundNo, after, before],
    queryFn: () =>
      get<ListOf<Refund>>("/refunds", { limit: pageSize, ...views[view], merchantRefundNo, after, before }),
    placeholderData: keepPreviousData,
    refetchInterval: 5_000,
  });
  const choose = (next: Readonly<{ view?: View; number?: string }>) => {
    const chosen = { view, number: merchantRefundNo, ...next };
    setParameters({
      ...(chosen.view !== "all" && { view: chosen.view }),
      ...(chosen.number !== "" && { number: chosen.number }),
    });
  };
  return (
    <>
      <div className="page-head">
        <h1>{t("refunds")}</h1>
      </div>
      <section className="card" aria-busy={refunds.isPlaceholderData}>
        <div className="filters">
          <Segmented<View>
            aria-label={t("state")}
            value={view}
            onChange={(chosen) => choose({ view: chosen })}
            options={[
              { value: "all", label: t("refundsAll") },
              { value: "open", label: t("refundsOpen") },
              { value: "person", label: t("refundsPerson") },
              { value: "failed", label: t("refundsFailed") },
            ]}
          />
          <SearchField
            key={merchantRefundNo}
            label={t("refundsSearch")}
            search={merchantRefundNo}
            onSearch={(number) => choose({ number })}
          />
        </div>
        {refunds.isPending && <Waiting>{t("loading")}</Waiting>}
        {refunds.error && <ProblemNotice error={refunds.error} onRetry={() => void refunds.refetch()} />}
        {refunds.data?.items.length === 0 &&
          (view === "all" && merchantRefundNo === "" ? (
            <Teaching title={t("noRefundsYet")} hint={t("noRefundsHint")} />
          ) : (
            <Teaching title={t("noRefundsHere")} hint={t("noRefundsHereHint")} />
          ))}
        {refunds.data && refunds.data.items.length > 0 && <RefundRows refunds={refunds.data.items} />}
        {refunds.data && <Pager page={refunds.data} />}
      </section>
    </>
  );
}

function RefundRows({ refunds }: { refunds: readonly Refund[] }) {
  const { t } = useLanguage();
  return (
    <table className="rows">
      <thead>
        <tr>
          <th>{t("time")}</th>
          <th className="number">{t("amount")}</th>
          <th>{t("state")}</th>
          <th>{t("reason")}</th>
          <th>{t("refundNo")}</th>
          <th>{t("refundOf")}</th>
        </tr>
      </thead>
      <tbody>
        {refunds.map((refund) => (
          <tr key={refund.id}>
            <td>
              <Moment at={refund.createdAt} />
            </td>
            <td className="number">
              <Amount amountFen={refund.amount} />
            </td>
            <td>
              <RefundStateDot refund={refund} />{" "}
              {refund.kind === "reversal" && <span className="badge">{t("reversalKind")}</span>}
              <RefundWait refund={refund} />
            </td>
            <td className="wide-only">{refund.reason}</td>
            <td className="wide-only">
              <IdText id={refund.merchantRefundNo ?? refund.channelRefundNo} />
            </td>
            <td className="phone-end">
              <Link to={`/payments/${refund.paymentId}`}>{t("open")}</Link>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
