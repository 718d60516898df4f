// Undoing a payment while nobody knows yet whether it was paid.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Input } from "antd";
import { useRef, useState } from "react";
import type { Reversal as ReversalAnswer } from "@huiyin/contract/api/refunds.ts";
import { freshKey, post } from "../api.ts";
import { yuan } from "../fen.ts";
import { useLanguage } from "../language.ts";
import { outcomeUnknown, untilKnown, useLock } from "../sending.ts";
import type { PaymentView } from "../views.ts";
import { ProblemNotice } from "./Problem.tsx";

const waitSeconds = 5;

export function Reversal({ payment }: { payment: PaymentView }) {
  const { t } = useLanguage();
  const queries = useQueryClient();
  const [asking, setAsking] = useState(false);
  const [reason, setReason] = useState("");
  const key = useRef(freshKey());
  const lock = useLock();
  const send = useMutation({
    mutationFn: () =>
      post<ReversalAnswer>(
        `/payments/${payment.id}/reversal?wait=${waitSeconds}`,
        reason.trim() === "" ? {} : { reason: reason.trim() },
        key.current,
      ),
    ...untilKnown,
    onSettled: () => {
      lock.release();
      return queries.invalidateQueries();
    },
  });
  const failure = send.error ?? send.failureReason;
  const unknown = failure !== null && outcomeUnknown(failure);
  const unclear = payment.state === "processing" || payment.state === "awaitingPayer";
  if (!unclear && !send.data && !unknown) return null;
  return (
    <section className="card">
      <p className="quiet">{t("reverseExplain")}</p>
      {send.data && <p role="status">{t(outcomeOf(send.data))}</p>}
      {!send.data && !asking && <Button onClick={() => setAsking(true)}>{t("reverse")}</Button>}
      {!send.data && asking && (
        <form
          className="panel-form"
          onSubmit={(event) => {
            event.preventDefault();
            if (lock.take() === "taken") send.mutate();
          }}
        >
          <strong className="confirm-title">{t("reverseConfirm", { amount: yuan(payment.amount) })}</strong>
          <label>
            <span>{t("reverseReason")}</span>
            <Input
              autoFocus
              maxLength={200}
              value={reason}
              disabled={send.isPending || unknown}
              onChange={(event) => setReason(event.target.value)}
            />
          </label>
          {unknown && <p role="status">{t("reversalInFlight")}</p>}
          {send.error && <ProblemNotice error={send.error} />}
          <div className="button-row">
            <Button type="primary" danger htmlType="submit" loading={send.isPending}>
              {t("reverseSend")}
            </Button>
            <Button disabled={send.isPending || unknown} onClick={() => setAsking(false)}>
              {t("cancel")}
            </Button>
          </div>
        </form>
      )}
    </section>
  );
}

function outcomeOf({ payment, refund }: ReversalAnswer) {
  if (refund !== null && refund.state === "processing") return "reversePaid";
  const undone = payment.state === "reversed" || payment.state === "closed" || payment.state === "failed";
  return undone || refund?.state === "succeeded" ? "reverseDone" : "reverseUnderWay";
}
