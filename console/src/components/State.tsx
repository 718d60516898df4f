// A state is a word with a dot, never colour alone.
import type { Terminal } from "@huiyin/contract/api/terminals.ts";
import { paymentStateWords, type PaymentState } from "@huiyin/contract/words.ts";
import { yuan } from "../fen.ts";
import { useLanguage } from "../language.ts";
import type { PaymentView } from "../views.ts";

export type Tone = "paid" | "processing" | "unpaid" | "person" | "broken";

const paymentTones: Record<PaymentState, Tone> = {
  processing: "processing",
  awaitingPayer: "processing",
  succeeded: "paid",
  failed: "unpaid",
  closed: "unpaid",
  reversed: "unpaid",
};

/** Whether a terminal may work, and whether it does. */
export function TerminalStanding({ terminal }: { terminal: Pick<Terminal, "state" | "online"> }) {
  const { t } = useLanguage();
  if (terminal.state === "created") return <Dot tone="unpaid">{t("notActivated")}</Dot>;
  if (terminal.state === "suspended") return <Dot tone="person">{t("suspended")}</Dot>;
  return terminal.online ? <Dot tone="paid">{t("online")}</Dot> : <Dot tone="broken">{t("offline")}</Dot>;
}

export function Dot({ tone, children }: { tone: Tone; children: React.ReactNode }) {
  return (
    <span className={`state state-${tone}`}>
      <span className="state-dot" aria-hidden="true" />
      {children}
    </span>
  );
}

/** The state of a payment; of a paid one also how much of it was given back. */
export function PaymentStateDot({ payment }: { payment: PaymentView }) {
  const { t, pick } = useLanguage();
  const { review, amount, refundedAmount } = payment;
  const state: PaymentState = payment.state;
  if (review) return <Dot tone="person">{t("reviewTitle")}</Dot>;
  if (state === "succeeded" && refundedAmount >= amount)
    return <Dot tone="unpaid">{t("refundedWholly")}</Dot>;
  if (state === "succeeded" && refundedAmount > 0)
    return (
      <Dot tone="paid">
        {pick(paymentStateWords[state])} · {t("refundedSoFar", { amount: yuan(refundedAmount) })}
      </Dot>
    );
  return <Dot tone={paymentTones[state]}>{pick(paymentStateWords[state])}</Dot>;
}
