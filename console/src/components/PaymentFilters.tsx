// The search box and the filters of payments. Everything lives in the address: a view can be sent to somebody, and the
// back button goes back.
import { SearchOutlined } from "@ant-design/icons";
import { Button, Checkbox, Input, Select } from "antd";
import { useState } from "react";
import { useNavigate, useSearchParams } from "react-router";
import { readPaymentSearch } from "@huiyin/contract/paymentSearch.ts";
import {
  channelWords,
  fundingSourceWords,
  paymentStateWords,
  type Localized,
} from "@huiyin/contract/words.ts";
import { useMerchants, useStores, useTerminals } from "../directory.ts";
import { useLanguage } from "../language.ts";
import { inputTime, inputTimeMax, timeOfInput } from "../times.ts";
import { Understood } from "./Understood.tsx";

/** The parameters of the address that narrow the list; the rest says which page of it is shown. */
export const filterNames = [
  "search",
  "state",
  "channel",
  "fundingSource",
  "merchantId",
  "terminalId",
  "storeId",
  "createdFrom",
  "createdTo",
  "review",
  "refunds",
] as const;
type FilterName = (typeof filterNames)[number];

// On a phone the filters would push the list off the screen.
const wide = matchMedia("(min-width: 761px)");

type Narrowing = Readonly<{
  value: (name: FilterName) => string;
  change: (changes: Readonly<Partial<Record<FilterName, string | null>>>) => void;
}>;

function useNarrowing(): Narrowing {
  const [parameters, setParameters] = useSearchParams();
  return {
    value: (name) => parameters.get(name) ?? "",
    // Another question begins at its first page.
    change: (changes) => {
      const next = new URLSearchParams(parameters);
      next.delete("after");
      next.delete("before");
      for (const [name, value] of Object.entries(changes)) {
        if (value) next.set(name, value);
        else next.delete(name);
      }
      setParameters(next);
    },
  };
}

export function PaymentFilters() {
  const { t } = useLanguage();
  const { value, change } = useNarrowing();
  const search = value("search");
  const set = filterNames.filter((name) => name !== "search" && value(name) !== "").length;
  return (
    <div className="finder">
      <SearchBox search={search} change={change} />
      {search !== "" && <Understood text={search} />}
      <details className="finder-filters" open={set > 0 || wide.matches}>
        <summary>{set > 0 ? t("filtersOn", { count: set }) : t("moreFilters")}</summary>
        <Filters value={value} change={change} />
      </details>
    </div>
  );
}

function SearchBox({ search, change }: { search: string; change: Narrowing["change"] }) {
  const { t } = useLanguage();
  const navigate = useNavigate();
  const [parameters] = useSearchParams();
  const [text, setText] = useState(search);
  const [seen, setSeen] = useState(search);
  const [asked, setAsked] = useState(search);
  // The back button and links change the address: the box follows. What it asked for itself comes back while somebody may
  // be typing on.
  if (search !== seen) {
    setSeen(search);
    if (search !== asked) setText(search);
    setAsked(search);
  }
  const find = () => {
    const { words, span, named, rest } = readPaymentSearch(text, new Date());
    const [only] = words.length === 1 && span === null ? (words[0] ?? []) : [];
    if (only?.kind === "payment") return void navigate(`/payments/${only.id}`);
    setText(rest);
    setAsked(rest);
    // A time is written down as it was meant now: tomorrow "today" would be another day.
    change({
      search: rest,
      ...named,
      ...(span && { createdFrom: timeAt(span.from), createdTo: timeAt(span.to) }),
    });
  };
  const clear = () => {
    setText("");
    setAsked("");
    change(Object.fromEntries(filterNames.map((name) => [name, null])));
  };
  const narrowed = filterNames.some((name) => parameters.has(name));
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
        prefix={<SearchOutlined aria-hidden="true" />}
        placeholder={t("searchHint")}
        aria-label={t("searchLabel")}
        title={t("searchHelp")}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <Button type="primary" htmlType="submit">
        {t("search")}
      </Button>
      {(narrowed || text !== "") && <Button onClick={clear}>{t("reset")}</Button>}
    </form>
  );
}

function timeAt(moment: Date): string {
  return timeOfInput(inputTime(moment.toISOString())) ?? "";
}

function Filters({ value, change }: Narrowing) {
  const { t, pick } = useLanguage();
  const words = (table: Readonly<Record<string, Localized>>) =>
    Object.entries(table).map(([code, name]) => ({ value: code, label: pick(name) }));
  return (
    <div className="filter-bar">
      <Choice
        name="state"
        label={t("filterState")}
        all={t("anyState")}
        {...{ value, change }}
        options={words(paymentStateWords)}
      />
      <Choice
        name="fundingSource"
        label={t("filterFunding")}
        all={t("anyFunding")}
        {...{ value, change }}
        options={words(fundingSourceWords)}
      />
      <Choice
        name="channel"
        label={t("filterChannel")}
        all={t("anyChannel")}
        {...{ value, change }}
        options={words(channelWords)}
      />
      <Places value={value} change={change} />
      <TimeField name="createdFrom" label={t("filterFrom")} {...{ value, change }} />
      <TimeField name="createdTo" label={t("filterTo")} {...{ value, change }} />
      <Checkbox
        checked={value("review") === "true"}
        onChange={(event) => change({ review: event.target.checked ? "true" : null })}
      >
        {t("onlyReview")}
      </Checkbox>
      <Checkbox
        checked={value("refunds") === "true"}
        onChange={(event) => change({ refunds: event.target.checked ? "true" : null })}
      >
        {t("onlyRefunds")}
      </Checkbox>
    </div>
  );
}

/** Merchant, store and terminal, as far as there is a choice. */
function Places({ value, change }: Narrowing) {
  const { t, pick } = useLanguage();
  const merchants = useMerchants();
  const merchantId = value("merchantId") || (merchants.length === 1 ? merchants[0]?.id : undefined);
  const stores = useStores(merchantId);
  const terminals = useTerminals().filter(
    (terminal) => !value("merchantId") || terminal.merchantId === merchantId,
  );
  return (
    <>
      {merchants.length > 1 && (
        <Choice
          name="merchantId"
          label={t("filterMerchant")}
          all={t("anyMerchant")}
          {...{ value, change }}
          options={merchants.map(({ id, names }) => ({ value: id, label: pick(names) }))}
        />
      )}
      {stores.length > 0 && (
        <Choice
          name="storeId"
          label={t("filterStore")}
          all={t("anyStore")}
          {...{ value, change }}
          options={stores.map(({ id, names }) => ({ value: id, label: pick(names) }))}
        />
      )}
      <Choice
        name="terminalId"
        label={t("filterTerminal")}
        all={t("anyTerminal")}
        {...{ value, change }}
        options={terminals.map(({ id, name, no }) => ({ value: id, label: `${name} · ${no}` }))}
      />
    </>
  );
}

type ChoiceProperties = Narrowing &
  Readonly<{
    name: FilterName;
    label: string;
    all: string;
    options: ReadonlyArray<Readonly<{ value: string; label: string }>>;
  }>;

function Choice({ name, label, all, options, value, change }: ChoiceProperties) {
  return (
    <Select<string>
      aria-label={label}
      className="filter-choice"
      popupMatchSelectWidth={false}
      showSearch={{ optionFilterProp: "label" }}
      value={value(name)}
      onChange={(chosen) => change({ [name]: chosen })}
      options={[{ value: "", label: all }, ...options]}
    />
  );
}

function TimeField({
  name,
  label,
  value,
  change,
}: Narrowing & Readonly<{ name: FilterName; label: string }>) {
  return (
    <label className="filter-time">
      <span>{label}</span>
      <input
        type="datetime-local"
        max={inputTimeMax}
        value={inputTime(value(name) || null)}
        onChange={(event) => change({ [name]: timeOfInput(event.target.value) })}
      />
    </label>
  );
}
