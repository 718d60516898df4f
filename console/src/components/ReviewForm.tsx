// A person decides what the channel left open: on what grounds is required, and recorded.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Button, Input } from "antd";
import { useState } from "react";
import { post } from "../api.ts";
import { useLanguage } from "../language.ts";
import type { PaymentView } from "../views.ts";
import { ProblemNotice } from "./Problem.tsx";

export function ReviewForm({ payment }: { payment: PaymentView }) {
  const { t } = useLanguage();
  const { modal, message } = App.useApp();
  const queries = useQueryClient();
  const [reason, setReason] = useState("");
  const decide = useMutation({
    mutationFn: (decision: "succeeded" | "closed") =>
      post(`/payments/${payment.id}/review`, { decision, reason: reason.trim() }),
    onSuccess: async () => {
      void message.success(t("decided"));
      await queries.invalidateQueries();
    },
  });
  const ask = (decision: "succeeded" | "closed") =>
    modal.confirm({
      title: decision === "succeeded" ? t("decidePaid") : t("decideClosed"),
      content: decision === "succeeded" ? t("confirmPaid") : t("confirmClosed"),
      okText: t("confirm"),
      cancelText: t("cancel"),
      onOk: () => decide.mutateAsync(decision).catch(() => undefined),
    });
  const ready = reason.trim().length >= 4 && !decide.isPending;
  return (
    <section className="card notice-person">
      <h2>{t("reviewTitle")}</h2>
      <p>{t("reviewExplain")}</p>
      <label>
        {t("decideReason")}
        <Input.TextArea
          value={reason}
          maxLength={500}
          autoSize={{ minRows: 2 }}
          placeholder={t("decideReasonHint")}
          onChange={(event) => setReason(event.target.value)}
        />
      </label>
      <div className="button-row" style={{ marginTop: "var(--space-16)" }}>
        <Button type="primary" disabled={!ready} onClick={() => ask("succeeded")}>
          {t("decidePaid")}
        </Button>
        <Button disabled={!ready} onClick={() => ask("closed")}>
          {t("decideClosed")}
        </Button>
      </div>
      {decide.error && <ProblemNotice error={decide.error} />}
    </section>
  );
}
