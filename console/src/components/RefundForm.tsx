// Giving money back in two steps: how much and why; then the sum once more, in figures and in words.
import { useIsMutating, useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Input } from "antd";
import { useRef, useState } from "react";
import type { Refund } from "@huiyin/contract/api/refunds.ts";
import { amountInWords } from "../amountWords.ts";
import { freshKey, post } from "../api.ts";
import { fenOfInput, yuan } from "../fen.ts";
import { useLanguage } from "../language.ts";
import { outcomeUnknown, untilKnown, useLock } from "../sending.ts";
import type { PaymentView } from "../views.ts";
import { ProblemNotice } from "./Problem.tsx";

type FormProperties = Readonly<{ payment: PaymentView; left: number; onEnd: () => void }>;

/** Answered within this: what takes longer is watched on the page. */
const waitSeconds = 5;
const mutationKey = (paymentId: string) => ["refund", paymentId];

/** Whether a refund of this payment was sent and is not answered yet, also by a form that was left since. */
export function useRefundUnanswered(paymentId: string): "yes" | "no" {
  return useIsMutating({ mutationKey: mutationKey(paymentId) }) > 0 ? "yes" : "no";
}

export function RefundForm({ payment, left, onEnd }: FormProperties) {
  const { t } = useLanguage();
  const queries = useQueryClient();
  const [typed, setTyped] = useState(yuan(left).replaceAll(",", ""));
  const [reason, setReason] = useState("");
  const [step, setStep] = useState<"asking" | "confirming">("asking");
  // The same refund sent twice is one: the key belongs to what was confirmed.
  const key = useRef(freshKey());
  const amount = fenOfInput(typed);
  const fits = amount !== null && amount > 0 && amount <= left;
  const lock = useLock();
  const send = useMutation({
    mutationKey: mutationKey(payment.id),
    mutationFn: () =>
      post<Refund>(
        `/payments/${payment.id}/refunds?wait=${waitSeconds}`,
        { amount, ...(reason.trim() !== "" && { reason: reason.trim() }) },
        key.current,
      ),
    ...untilKnown,
    onSettled: () => {
      lock.release();
      return queries.invalidateQueries();
    },
  });
  if (send.data) return <Outcome refund={send.data} onEnd={onEnd} />;
  const failure = send.error ?? send.failureReason;
  const unknown = failure !== null && outcomeUnknown(failure);
  const back = () => {
    // Whatever may have been carried out keeps its key: another one would give the money back twice.
    if (send.isPending || unknown) return;
    key.current = freshKey();
    send.reset();
    setStep("asking");
  };
  if (step === "confirming" && amount !== null) {
    return (
      <Confirmation
        {...{ amount, rest: left - amount, back }}
        sending={send.isPending}
        unknown={unknown}
        onSend={() => {
          if (lock.take() === "taken") send.mutate();
        }}
      >
        {unknown && <p role="status">{t("refundInFlight")}</p>}
        {send.error && <ProblemNotice error={send.error} />}
      </Confirmation>
    );
  }
  return (
    <Asking
      {...{ left, typed, setTyped, reason, setReason, fits, onEnd }}
      onNext={() => setStep("confirming")}
    />
  );
}

type AskingProperties = Readonly<{
  left: number;
  typed: string;
  setTyped: (typed: string) => void;
  reason: string;
  setReason: (reason: string) => void;
  fits: boolean;
  onNext: () => void;
  onEnd: () => void;
}>;

function Asking({ left, typed, setTyped, reason, setReason, fits, onNext, onEnd }: AskingProperties) {
  const { t } = useLanguage();
  return (
    <form
      className="panel-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (fits) onNext();
      }}
    >
      <label>
        <span>{t("refundAmount")}</span>
        <Input
          autoFocus
          inputMode="decimal"
          value={typed}
          status={fits ? "" : "error"}
          aria-invalid={!fits}
          aria-describedby="refund-amount-hint"
          onChange={(event) => setTyped(event.target.value)}
        />
        <span id="refund-amount-hint" className={fits ? "quiet" : "field-problem"}>
          {fits ? t("refundAmountHint") : t("refundAmountWrong", { amount: yuan(left) })}
        </span>
      </label>
      <label>
        <span>{t("refundReason")}</span>
        <Input
          value={reason}
          maxLength={200}
          placeholder={t("refundReasonHint")}
          onChange={(event) => setReason(event.target.value)}
        />
      </label>
      <div className="button-row">
        <Button type="primary" htmlType="submit" disabled={!fits}>
          {t("refundNext")}
        </Button>
        <Button onClick={onEnd}>{t("cancel")}</Button>
      </div>
    </form>
  );
}

type ConfirmationProperties = Readonly<{
  amount: number;
  rest: number;
  sending: boolean;
  /** Whether it was sent and nobody knows what became of it. */
  unknown: boolean;
  onSend: () => void;
  back: () => void;
  children: React.ReactNode;
}>;

function Confirmation({ amount, rest, sending, unknown, onSend, back, children }: ConfirmationProperties) {
  const { t, locale } = useLanguage();
  return (
    <div
      className="notice notice-person"
      role="group"
      aria-label={t("refundConfirmTitle", { amount: yuan(amount) })}
    >
      <strong className="confirm-title">{t("refundConfirmTitle", { amount: yuan(amount) })}</strong>
      <p>{t("refundConfirm", { words: amountInWords(amount, locale) })}</p>
      {/* Once it is on its way the page may count it already: nothing would be certain about what is left. */}
      {rest > 0 && !sending && !unknown && <p>{t("refundConfirmRest", { rest: yuan(rest) })}</p>}
      {children}
      <div className="button-row">
        <Button type="primary" autoFocus loading={sending} onClick={onSend}>
          {t("refundSend", { amount: yuan(amount) })}
        </Button>
        <Button disabled={sending || unknown} onClick={back}>
          {t("back2")}
        </Button>
      </div>
    </div>
  );
}

function Outcome({ refund, onEnd }: { refund: Refund; onEnd: () => void }) {
  const { t } = useLanguage();
  const { state, amount, feeReturnedAmount, channelMessage, channelCode } = refund;
  const tone = { succeeded: "paid", processing: "person", failed: "broken" }[state];
  return (
    <div className={`notice notice-${tone}`} role="status">
      <p>
        {state === "succeeded" && t("refundOk", { amount: yuan(amount), fee: yuan(feeReturnedAmount ?? 0) })}
        {state === "processing" && t("refundUnderWay")}
        {state === "failed" && t("refundNot", { why: channelMessage ?? channelCode ?? "" })}
      </p>
      <Button onClick={onEnd}>{t("confirm")}</Button>
    </div>
  );
}
