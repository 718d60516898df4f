// One case: what was noticed, why it probably happened, where to look, and how it was settled.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Input } from "antd";
import { useId, useState } from "react";
import { Link } from "react-router";
import type { Diagnosis } from "@huiyin/contract/api/diagnosis.ts";
import type { Case } from "@huiyin/contract/api/support.ts";
import { get, post } from "../api.ts";
import { caseFacts, type CaseFact } from "../caseFacts.ts";
import { useTerminals } from "../directory.ts";
import { useLanguage } from "../language.ts";
import { writtenFor } from "../written.ts";
import { IdText } from "./IdText.tsx";
import { Moment } from "./Moment.tsx";
import { ProblemNotice, Waiting } from "./Problem.tsx";
import { Dot } from "./State.tsx";

export function CaseCard({ item }: { item: Case }) {
  const { t, pick } = useLanguage();
  const open = item.state === "open";
  return (
    <article className="card">
      <div className="card-head">
        <h2>{pick(item.name)}</h2>
        <Dot tone={open ? "person" : "unpaid"}>{open ? t("stillOpen") : t("casesClosed")}</Dot>
        <span className="quiet">
          {t("openedAt")} <Moment at={item.openedAt} />
        </span>
      </div>
      <div className="case-halves">
        <Facts item={item} />
        {item.paymentId && open && <CaseDiagnosis paymentId={item.paymentId} />}
      </div>
      {open ? <Closing caseId={item.id} /> : <Closed item={item} />}
    </article>
  );
}

function Facts({ item }: { item: Case }) {
  const { t } = useLanguage();
  return (
    <section>
      <h3 className="small-head">{t("caseFacts")}</h3>
      <dl className="facts facts-tight">
        {caseFacts(item.facts).map((fact) => (
          <div key={fact.name}>
            <dt>{fact.label ? t(fact.label) : fact.name}</dt>
            <dd>
              <FactValue fact={fact} />
            </dd>
          </div>
        ))}
        {item.paymentId && (
          <div>
            <dt>{t("caseSubject")}</dt>
            <dd>
              <Link to={`/payments/${item.paymentId}`}>{t("openPayment")}</Link>
            </dd>
          </div>
        )}
      </dl>
    </section>
  );
}

function FactValue({ fact }: { fact: CaseFact }) {
  const { t, pick } = useLanguage();
  const terminals = useTerminals();
  switch (fact.value.kind) {
    case "words":
      return pick(fact.value.words);
    case "seconds":
      return t("factSeconds", { count: fact.value.count });
    case "text":
      return fact.value.text;
    case "id": {
      const { id } = fact.value;
      const terminal = terminals.find((one) => one.id === id);
      return terminal ? <Link to={`/terminals#${id}`}>{terminal.name}</Link> : <IdText id={id} />;
    }
  }
}

function CaseDiagnosis({ paymentId }: { paymentId: string }) {
  const { t, pick } = useLanguage();
  const diagnosis = useQuery({
    queryKey: ["diagnosis", paymentId],
    queryFn: () => get<Diagnosis>(`/payments/${paymentId}/diagnosis`),
    staleTime: 30_000,
  });
  return (
    <section>
      <h3 className="small-head">{t("caseDiagnosis")}</h3>
      {diagnosis.isPending && <Waiting>{t("caseDiagnosing")}</Waiting>}
      {diagnosis.error && <ProblemNotice error={diagnosis.error} />}
      {diagnosis.data && (
        <>
          <p className={`verdict verdict-${diagnosis.data.verdict}`}>
            <strong>{pick(diagnosis.data.summary)}</strong>
          </p>
          <Link to={`/payments/${paymentId}`}>{t("remedy")}</Link>
        </>
      )}
    </section>
  );
}

function Closed({ item }: { item: Case }) {
  const { t, locale } = useLanguage();
  const person = item.closedBy?.startsWith("key_") || item.closedBy?.startsWith("ses_");
  const by = person ? t("byPerson") : t("byPlatform");
  const resolution = item.resolution ?? "";
  return (
    <p className="notice notice-plain">
      {person ? resolution : writtenFor(locale, resolution)}{" "}
      <span className="quiet">
        {t("caseClosedBy", { by })} · {item.closedAt && <Moment at={item.closedAt} />}
      </span>
    </p>
  );
}

function Closing({ caseId }: { caseId: string }) {
  const { t } = useLanguage();
  const queries = useQueryClient();
  const [resolution, setResolution] = useState("");
  const noteId = useId();
  const short = resolution.trim().length < 4;
  const close = useMutation({
    mutationFn: () => post(`/cases/${caseId}/closing`, { resolution: resolution.trim() }),
    onSettled: () => queries.invalidateQueries({ queryKey: ["cases"] }),
  });
  return (
    <form
      className="filters case-closing"
      onSubmit={(event) => {
        event.preventDefault();
        if (!short && !close.isPending) close.mutate();
      }}
    >
      <Input
        value={resolution}
        maxLength={500}
        placeholder={t("resolutionHint")}
        aria-label={t("resolutionLabel")}
        aria-describedby={noteId}
        onChange={(event) => setResolution(event.target.value)}
      />
      <Button htmlType="submit" loading={close.isPending} disabled={short}>
        {t("closeCase")}
      </Button>
      <span className="quiet" id={noteId}>
        {short && t("resolutionFirst")}
      </span>
      {close.error && <ProblemNotice error={close.error} />}
    </form>
  );
}
