// Every payment, found in one search. The filters live in the address, so that a view can be sent to somebody.
import { SearchOutlined } from "@ant-design/icons";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Button, Input, Select } from "antd";
import { useState } from "react";
import { Link, useNavigate, useSearchParams } from "react-router";
import {
  fundingSourceWords,
  channelWords,
  paymentStateWords,
  type PaymentState,
} from "@huiyin/contract/words.ts";
import { get } from "../api.ts";
import { Amount } from "../components/Amount.tsx";
import { IdText } from "../components/IdText.tsx";
import { Moment } from "../components/Moment.tsx";
import { ProblemNotice, Teaching, Waiting } from "../components/Problem.tsx";
import { PaymentStateDot } from "../components/State.tsx";
import { useLanguage } from "../language.ts";
import { searchOf } from "../search.ts";
import type { ListOf, PaymentView } from "../views.ts";

const pageSize = 20;

export function PaymentsPage({ list }: { list: "all" | "reviews" }) {
  const { t } = useLanguage();
  const [parameters, setParameters] = useSearchParams();
  const filters = Object.fromEntries(parameters);
  const payments = useQuery({
    queryKey: ["payments", list, filters],
    queryFn: () =>
      get<ListOf<PaymentView>>("/payments", {
        limit: pageSize,
        ...(list === "reviews" ? { review: "true" } : {}),
        ...filters,
      }),
    placeholderData: keepPreviousData,
    refetchInterval: 5_000,
  });

  return (
    <>
      <div className="page-head">
        <h1>{list === "reviews" ? t("reviews") : t("payments")}</h1>
      </div>
      <section className="card">
        {list === "all" && <Filters />}
        {payments.isPending && <Waiting>{t("loading")}</Waiting>}
        {payments.error && <ProblemNotice error={payments.error} onRetry={() => void payments.refetch()} />}
        {payments.data?.items.length === 0 && (
          <Nothing list={list} filtered={Object.keys(filters).length > 0 ? "yes" : "no"} />
        )}
        {payments.data && payments.data.items.length > 0 && <PaymentRows payments={payments.data.items} />}
        {payments.data && (
          <Pager
            page={payments.data}
            cursor={parameters.has("before") ? "before" : parameters.has("after") ? "after" : "none"}
            onMove={(direction, id) => {
              const next = new URLSearchParams(parameters);
              next.delete("after");
              next.delete("before");
              next.set(direction, id);
              setParameters(next);
            }}
          />
        )}
      </section>
    </>
  );
}

function Filters() {
  const { t, pick } = useLanguage();
  const navigate = useNavigate();
  const [parameters, setParameters] = useSearchParams();
  const [text, setText] = useState("");
  const find = () => {
    const search = searchOf(text);
    if (search.kind === "payment") void navigate(`/payments/${search.id}`);
    else if (search.kind === "filter") setParameters({ [search.name]: search.value });
  };
  return (
    <form
      className="filters"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        find();
      }}
    >
      <Input
        allowClear
        prefix={<SearchOutlined aria-hidden="true" />}
        placeholder={t("searchHint")}
        aria-label={t("searchHint")}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <Select<string>
        aria-label={t("state")}
        value={parameters.get("state") ?? ""}
        style={{ minWidth: 160 }}
        onChange={(state) => setParameters(state ? { state } : {})}
        options={[
          { value: "", label: t("anyState") },
          ...Object.entries(paymentStateWords).map(([value, words]) => ({ value, label: pick(words) })),
        ]}
      />
      <Button type="primary" htmlType="submit">
        {t("search")}
      </Button>
      <Button
        onClick={() => {
          setText("");
          setParameters({});
        }}
      >
        {t("reset")}
      </Button>
    </form>
  );
}

function PaymentRows({ payments }: { payments: readonly PaymentView[] }) {
  const { t, pick } = useLanguage();
  return (
    <table className="rows">
      <thead>
        <tr>
          <th>{t("time")}</th>
          <th className="number">{t("amount")}</th>
          <th>{t("state")}</th>
          <th>{t("paidWith")}</th>
          <th>{t("channelAnswer")}</th>
          <th>{t("channelOrderNo")}</th>
          <th />
        </tr>
      </thead>
      <tbody>
        {payments.map((payment) => (
          <tr key={payment.id}>
            <td>
              <Link className="row-link" to={`/payments/${payment.id}`}>
                <Moment at={payment.createdAt} />
              </Link>
            </td>
            <td className="number">
              <Amount amountFen={payment.amount} />
            </td>
            <td>
              <PaymentStateDot state={payment.state as PaymentState} review={payment.review} />{" "}
              {payment.lateSuccess && <span className="badge">{t("lateSuccess")}</span>}
            </td>
            <td>
              {pick(channelWords[payment.channel])}
              {payment.fundingSource ? ` · ${pick(fundingSourceWords[payment.fundingSource])}` : ""}
            </td>
            <td className="wide-only">{payment.channelCode && <code>{payment.channelCode}</code>}</td>
            <td className="wide-only">
              <IdText id={payment.channelOrderNo} />
            </td>
            <td>
              <Link to={`/payments/${payment.id}`}>
                {payment.state === "succeeded" && !payment.lateSuccess ? t("open") : t("why")}
              </Link>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Nothing({ list, filtered }: { list: "all" | "reviews"; filtered: "yes" | "no" }) {
  const { t } = useLanguage();
  if (list === "reviews") return <Teaching title={t("noReviews")} hint={t("noReviewsHint")} />;
  if (filtered === "yes") return <Teaching title={t("noMatch")} hint={t("noMatchHint")} />;
  return <Teaching title={t("noPayments")} hint={t("noPaymentsHint")} />;
}

type PagerProperties = Readonly<{
  page: ListOf<PaymentView>;
  cursor: "before" | "after" | "none";
  onMove: (direction: "before" | "after", id: string) => void;
}>;

function Pager({ page, cursor, onMove }: PagerProperties) {
  const { t } = useLanguage();
  const first = page.items[0];
  const last = page.items.at(-1);
  const hasNewer = cursor === "after" || (cursor === "before" && page.hasMore);
  const hasOlder = cursor === "before" || page.hasMore;
  if (!first || !last || (!hasNewer && !hasOlder)) return null;
  return (
    <div className="pager">
      <Button disabled={!hasNewer} onClick={() => onMove("before", first.id)}>
        {t("newer")}
      </Button>
      <Button disabled={!hasOlder} onClick={() => onMove("after", last.id)}>
        {t("older")}
      </Button>
    </div>
  );
}
