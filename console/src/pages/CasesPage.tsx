// Cases: what the platform noticed and a person should look at, opened by itself, with the facts and the diagnosis beside.
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Segmented, Select } from "antd";
import { useSearchParams } from "react-router";
import type { Case } from "@huiyin/contract/api/support.ts";
import { caseKindWords } from "@huiyin/contract/words.ts";
import { get } from "../api.ts";
import { CaseCard } from "../components/CaseCard.tsx";
import { Pager } from "../components/Pager.tsx";
import { ProblemNotice, Teaching, Waiting } from "../components/Problem.tsx";
import { useLanguage } from "../language.ts";
import type { ListOf } from "../views.ts";

const pageSize = 20;
type View = "open" | "closed" | "all";
type Choice = Readonly<{ view?: View; kind?: string }>;

export function CasesPage() {
  const { t } = useLanguage();
  const [parameters, setParameters] = useSearchParams();
  const shown = parameters.get("state");
  const view: View = shown === "closed" || shown === "all" ? shown : "open";
  const kind = parameters.get("kind") ?? "";
  const { after, before } = Object.fromEntries(parameters);
  const cases = useQuery({
    queryKey: ["cases", view, kind, after, before],
    queryFn: () =>
      get<ListOf<Case>>("/cases", {
        limit: pageSize,
        ...(view !== "all" && { state: view }),
        ...{ kind, after, before },
      }),
    placeholderData: keepPreviousData,
    refetchInterval: 5_000,
  });
  const choose = (next: Choice) => {
    const chosen = { view, kind, ...next };
    setParameters({
      ...(chosen.view !== "open" && { state: chosen.view }),
      ...(chosen.kind !== "" && { kind: chosen.kind }),
    });
  };
  return (
    <>
      <div className="page-head">
        <h1>{t("cases")}</h1>
      </div>
      <CaseFilters {...{ view, kind, choose }} />
      {cases.isPending && <Waiting>{t("loading")}</Waiting>}
      {cases.error && <ProblemNotice error={cases.error} onRetry={() => void cases.refetch()} />}
      {cases.data?.items.length === 0 && (
        <section className="card">
          {view === "open" && kind === "" ? (
            <Teaching title={t("noCases")} hint={t("noCasesHint")} />
          ) : (
            <Teaching title={t("noCasesHere")} hint={t("noCasesHereHint")} />
          )}
        </section>
      )}
      <div className="stack">
        {cases.data?.items.map((item) => (
          <CaseCard key={item.id} item={item} />
        ))}
      </div>
      {cases.data && <Pager page={cases.data} />}
    </>
  );
}

type FilterProperties = Readonly<{ view: View; kind: string; choose: (next: Choice) => void }>;

function CaseFilters({ view, kind, choose }: FilterProperties) {
  const { t, pick } = useLanguage();
  return (
    <div className="filters">
      <Segmented<View>
        aria-label={t("state")}
        value={view}
        onChange={(chosen) => choose({ view: chosen })}
        options={[
          { value: "open", label: t("casesOpen") },
          { value: "closed", label: t("casesClosed") },
          { value: "all", label: t("casesAll") },
        ]}
      />
      <Select<string>
        aria-label={t("caseKind")}
        className="filter-choice"
        popupMatchSelectWidth={false}
        value={kind}
        onChange={(chosen) => choose({ kind: chosen })}
        options={[
          { value: "", label: t("anyKind") },
          ...Object.entries(caseKindWords).map(([value, words]) => ({ value, label: pick(words) })),
        ]}
      />
    </div>
  );
}
