// Cases: what the platform noticed and a person should look at, opened by itself.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Input } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import type { Case } from "@huiyin/contract/api/support.ts";
import { get, post } from "../api.ts";
import { Moment } from "../components/Moment.tsx";
import { ProblemNotice, Teaching, Waiting } from "../components/Problem.tsx";
import { Dot } from "../components/State.tsx";
import { useLanguage } from "../language.ts";
import type { ListOf } from "../views.ts";

export function CasesPage() {
  const { t } = useLanguage();
  const cases = useQuery({
    queryKey: ["cases"],
    queryFn: () => get<ListOf<Case>>("/cases", { limit: 50 }),
    refetchInterval: 5_000,
  });
  return (
    <>
      <div className="page-head">
        <h1>{t("cases")}</h1>
      </div>
      <section className="card">
        {cases.isPending && <Waiting>{t("loading")}</Waiting>}
        {cases.error && <ProblemNotice error={cases.error} onRetry={() => void cases.refetch()} />}
        {cases.data?.items.length === 0 && <Teaching title={t("noCases")} hint={t("noCasesHint")} />}
        {cases.data?.items.map((item) => (
          <CaseRow key={item.id} item={item} />
        ))}
      </section>
    </>
  );
}

function CaseRow({ item }: { item: Case }) {
  const { t, pick } = useLanguage();
  return (
    <div className="remedy">
      <div>
        <strong>{pick(item.name)}</strong>{" "}
        <Dot tone={item.state === "open" ? "person" : "unpaid"}>
          {item.state === "open" ? t("stillOpen") : t("closedAt")}
        </Dot>
        <div className="quiet">
          {t("openedAt")} <Moment at={item.openedAt} />
          {item.closedAt && (
            <>
              {" "}
              · {t("closedAt")} <Moment at={item.closedAt} />
            </>
          )}
        </div>
        {item.resolution && <div>{item.resolution}</div>}
        {item.paymentId && <Link to={`/payments/${item.paymentId}`}>{t("caseSubject")}</Link>}
      </div>
      {item.state === "open" && <Closing caseId={item.id} />}
    </div>
  );
}

function Closing({ caseId }: { caseId: string }) {
  const { t } = useLanguage();
  const queries = useQueryClient();
  const [resolution, setResolution] = useState("");
  const close = useMutation({
    mutationFn: () => post(`/cases/${caseId}/closing`, { resolution: resolution.trim() }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["cases"] }),
  });
  return (
    <form
      className="button-row"
      onSubmit={(event) => {
        event.preventDefault();
        close.mutate();
      }}
    >
      <Input
        style={{ width: 240 }}
        value={resolution}
        maxLength={500}
        placeholder={t("resolutionHint")}
        aria-label={t("resolutionHint")}
        onChange={(event) => setResolution(event.target.value)}
      />
      <Button htmlType="submit" loading={close.isPending} disabled={resolution.trim().length < 4}>
        {t("closeCase")}
      </Button>
      {close.error && <ProblemNotice error={close.error} />}
    </form>
  );
}
