// A person decides what the channel left open, of a payment or of a refund: on what grounds is required, and recorded.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Button, Input } from "antd";
import { useState } from "react";
import { post } from "../api.ts";
import { useLanguage } from "../language.ts";
import { outcomeUnknown, useLock } from "../sending.ts";
import { ProblemNotice } from "./Problem.tsx";

type Decision = "succeeded" | "closed" | "failed";

/** What is decided, and the words of its two answers. */
const subjects = {
  payment: {
    path: "payments",
    hint: "decideReasonHint",
    answers: [
      { decision: "succeeded", name: "decidePaid", sure: "confirmPaid" },
      { decision: "closed", name: "decideClosed", sure: "confirmClosed" },
    ],
  },
  refund: {
    path: "refunds",
    hint: "decideRefundHint",
    answers: [
      { decision: "succeeded", name: "decideRefunded", sure: "confirmRefunded" },
      { decision: "failed", name: "decideNotRefunded", sure: "confirmNotRefunded" },
    ],
  },
} as const;

export function ReviewForm({ subject, id }: { subject: keyof typeof subjects; id: string }) {
  const { t } = useLanguage();
  const { modal, message } = App.useApp();
  const queries = useQueryClient();
  const [reason, setReason] = useState("");
  const { path, hint, answers } = subjects[subject];
  const question = useLock();
  const decide = useMutation({
    mutationFn: (decision: Decision) => post(`/${path}/${id}/review`, { decision, reason: reason.trim() }),
    onSuccess: () => void message.success(t("decided")),
    onSettled: () => queries.invalidateQueries(),
  });
  const ask = ({ decision, name, sure }: (typeof answers)[number]) => {
    // Two clicks ask one question; the question itself holds its button until the answer came.
    if (question.take() === "held") return;
    modal.confirm({
      title: t(name),
      content: t(sure),
      okText: t("confirm"),
      cancelText: t("cancel"),
      onOk: () => decide.mutateAsync(decision).catch(() => undefined),
      afterClose: question.release,
    });
  };
  const ready = reason.trim().length >= 4 && !decide.isPending;
  const [first, second] = answers;
  return (
    <div className="panel-form">
      <label>
        <span>{t("decideReason")}</span>
        <Input.TextArea
          value={reason}
          maxLength={500}
          autoSize={{ minRows: 1 }}
          placeholder={t(hint)}
          onChange={(event) => setReason(event.target.value)}
        />
      </label>
      <div className="button-row">
        <Button type="primary" disabled={!ready} onClick={() => ask(first)}>
          {t(first.name)}
        </Button>
        <Button disabled={!ready} onClick={() => ask(second)}>
          {t(second.name)}
        </Button>
      </div>
      {decide.error && outcomeUnknown(decide.error) && <p role="status">{t("decisionInFlight")}</p>}
      {decide.error && <ProblemNotice error={decide.error} />}
    </div>
  );
}
