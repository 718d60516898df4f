// One cause: how sure, who must act, the evidence on both sides, what to tell whom, and its remedies.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import type { Diagnosis, DiagnosedCause, EvidenceFact, Remedy } from "@huiyin/contract/api/diagnosis.ts";
import { actorWords, surenessWords } from "@huiyin/contract/words.ts";
import { post } from "../api.ts";
import { useLanguage } from "../language.ts";
import { Moment } from "./Moment.tsx";
import { ProblemNotice } from "./Problem.tsx";
import { Dot, type Tone } from "./State.tsx";

type CauseProperties = Readonly<{ cause: DiagnosedCause; diagnosis: Diagnosis; paymentId: string }>;

export function CauseView({ cause, diagnosis, paymentId }: CauseProperties) {
  const { t, pick } = useLanguage();
  const percent = Math.round(cause.probability * 100);
  return (
    <article className="cause">
      <h3>
        {pick(cause.name)} <code className="quiet cause-id">{cause.id}</code>
      </h3>
      <div className="button-row quiet">
        <span className="meter" aria-hidden="true">
          <span style={{ width: `${percent}%` }} />
        </span>
        <span>
          {pick(surenessWords[cause.sureness])} · {percent}%
        </span>
        <span>{t("actorIs", { actor: pick(actorWords[cause.actor]) })}</span>
      </div>
      <p className="quiet cause-text">{pick(cause.restsOn)}</p>
      {cause.remedies.length > 0 && <h4>{t("remedy")}</h4>}
      {cause.remedies.map((remedy) => (
        <RemedyRow key={remedy.id} remedy={remedy} diagnosisId={diagnosis.id} paymentId={paymentId} />
      ))}
      <Evidence title={t("because")} facts={cause.because} />
      <Evidence title={t("against")} facts={cause.against} />
      <h4>{t("forOperator")}</h4>
      <p className="cause-text">{pick(cause.texts.operator)}</p>
      <h4>{t("forMerchant")}</h4>
      <p className="cause-text">{pick(cause.texts.merchant)}</p>
      <h4>{t("forPayer")}</h4>
      <p className="cause-text">{pick(cause.texts.payer)}</p>
    </article>
  );
}

function Evidence({ title, facts }: { title: string; facts: readonly EvidenceFact[] }) {
  const { pick } = useLanguage();
  if (facts.length === 0) return null;
  return (
    <>
      <h4>{title}</h4>
      <ul>
        {facts.map((fact, index) => (
          <li key={`${fact.signal}-${index}`}>
            {pick(fact.fact)} <span className="quiet">{<Moment at={fact.at} />}</span>{" "}
            <code className="quiet">{fact.signal}</code>
          </li>
        ))}
      </ul>
    </>
  );
}

const remedyTones: Record<Remedy["state"], Tone> = {
  offered: "unpaid",
  running: "processing",
  verified: "paid",
  failed: "broken",
};

type RemedyProperties = Readonly<{ remedy: Remedy; diagnosisId: string; paymentId: string }>;

function RemedyRow({ remedy, diagnosisId, paymentId }: RemedyProperties) {
  const { t, pick } = useLanguage();
  const queries = useQueryClient();
  const carryOut = useMutation({
    mutationFn: () => post<Diagnosis>(`/diagnoses/${diagnosisId}/remedies/${remedy.id}`),
    onSuccess: (next) => queries.setQueryData(["diagnosis", paymentId], next),
    onSettled: () => queries.invalidateQueries(),
  });
  const state = carryOut.isPending ? "running" : remedy.state;
  const clickable =
    remedy.by === "platform" && remedy.level === "R2" && (state === "offered" || state === "failed");
  return (
    <>
      <div className="remedy">
        <div>
          <strong>{pick(remedy.text)}</strong>
          <div>
            <Dot tone={remedyTones[state]}>{t(remedyNote(remedy, state))}</Dot>
          </div>
        </div>
        {(clickable || state === "running") && (
          <Button type="primary" size="large" loading={state === "running"} onClick={() => carryOut.mutate()}>
            {state === "running" ? t("remedyRunning") : t("carryOut")}
          </Button>
        )}
      </div>
      {carryOut.error && <ProblemNotice error={carryOut.error} />}
    </>
  );
}

/** What the state of a remedy means for the reader, by its level. */
function remedyNote(remedy: Remedy, state: Remedy["state"]) {
  if (state === "running") return "remedyRunning";
  if (state === "verified") return "remedyVerified";
  if (state === "failed") return "remedyFailed";
  const offered = {
    R0: "remedyInform",
    R1: "remedyGuide",
    R2: "remedyOffered",
    R3: "remedyAutomatic",
    R4: "remedyEscalate",
  } as const;
  return offered[remedy.level];
}
