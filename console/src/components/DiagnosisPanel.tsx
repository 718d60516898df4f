// "Why": the cause with what speaks for it and against it, how sure that is, and what repairs it.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { useState } from "react";
import type { Diagnosis, DiagnosedCause, DiagnosisQuestion } from "@huiyin/contract/api/diagnosis.ts";
import { get, post } from "../api.ts";
import { useLanguage } from "../language.ts";
import type { PaymentView } from "../views.ts";
import { CauseView } from "./CauseView.tsx";
import { ProblemNotice, Waiting } from "./Problem.tsx";

export function DiagnosisPanel({ payment }: { payment: PaymentView }) {
  const { t } = useLanguage();
  // What went wrong explains itself; a payment that went well is explained when somebody asks.
  const [asked, setAsked] = useState(payment.state !== "succeeded" || payment.lateSuccess);
  const diagnosis = useQuery({
    queryKey: ["diagnosis", payment.id],
    queryFn: () => get<Diagnosis>(`/payments/${payment.id}/diagnosis`),
    enabled: asked,
    refetchInterval: 5_000,
  });
  return (
    <section className="card">
      <h2>{t("why")}</h2>
      {!asked && (
        <div className="button-row">
          <Button type="primary" onClick={() => setAsked(true)}>
            {t("why")}
          </Button>
          <span className="quiet">{t("whyHint")}</span>
        </div>
      )}
      {asked && diagnosis.isPending && <Waiting>{t("whyRunning")}</Waiting>}
      {diagnosis.error && <ProblemNotice error={diagnosis.error} onRetry={() => void diagnosis.refetch()} />}
      {diagnosis.data && <Answer diagnosis={diagnosis.data} paymentId={payment.id} />}
    </section>
  );
}

const likelyMin = 0.02;

function Answer({ diagnosis, paymentId }: { diagnosis: Diagnosis; paymentId: string }) {
  const { t, pick } = useLanguage();
  const [others, setOthers] = useState(false);
  const [named, ...rest] = diagnosis.causes.filter((cause) => cause.probability >= likelyMin);
  const showFirst = diagnosis.verdict === "named" || diagnosis.verdict === "noFault";
  const remaining: DiagnosedCause[] = showFirst ? rest : named ? [named, ...rest] : [];
  return (
    <div aria-live="polite">
      <p className={`verdict verdict-${diagnosis.verdict}`}>
        <strong>{pick(diagnosis.summary)}</strong>
      </p>
      {diagnosis.tryNow && (
        <p>
          <span className="quiet">{t("tryNow")}</span> {pick(diagnosis.tryNow)}
        </p>
      )}
      {diagnosis.verdict === "unknown" && <p className="quiet">{t("unknownHint")}</p>}
      {showFirst && named && <CauseView cause={named} diagnosis={diagnosis} paymentId={paymentId} />}
      {diagnosis.question && (
        <Question diagnosisId={diagnosis.id} question={diagnosis.question} paymentId={paymentId} />
      )}
      {remaining.length > 0 && (
        <>
          <Button
            type="link"
            style={{ padding: 0 }}
            aria-expanded={others}
            onClick={() => setOthers(!others)}
          >
            {t("alsoConsidered", { count: remaining.length })}
          </Button>
          {others &&
            remaining.map((cause) => (
              <CauseView key={cause.id} cause={cause} diagnosis={diagnosis} paymentId={paymentId} />
            ))}
        </>
      )}
    </div>
  );
}

type QuestionProperties = Readonly<{ diagnosisId: string; question: DiagnosisQuestion; paymentId: string }>;

function Question({ diagnosisId, question, paymentId }: QuestionProperties) {
  const { pick } = useLanguage();
  const queries = useQueryClient();
  const answer = useMutation({
    mutationFn: (optionId: string) =>
      post<Diagnosis>(`/diagnoses/${diagnosisId}/answers`, { questionId: question.id, optionId }),
    onSuccess: (next) => queries.setQueryData(["diagnosis", paymentId], next),
  });
  return (
    <div className="notice notice-person">
      <strong>{pick(question.text)}</strong>
      <div className="button-row" style={{ marginTop: "var(--space-8)" }}>
        {question.options.map((option) => (
          <Button key={option.id} disabled={answer.isPending} onClick={() => answer.mutate(option.id)}>
            {pick(option.text)}
          </Button>
        ))}
      </div>
      {answer.error && <ProblemNotice error={answer.error} />}
    </div>
  );
}
