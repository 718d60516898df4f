// A state is a word with a dot, never colour alone.
import { paymentStateWords, type PaymentState } from "@huiyin/contract/words.ts";
import { useLanguage } from "../language.ts";

export type Tone = "paid" | "processing" | "unpaid" | "person" | "broken";

const paymentTones: Record<PaymentState, Tone> = {
  processing: "processing",
  awaitingPayer: "processing",
  succeeded: "paid",
  failed: "unpaid",
  closed: "unpaid",
  reversed: "unpaid",
};

export function Dot({ tone, children }: { tone: Tone; children: React.ReactNode }) {
  return (
    <span className={`state state-${tone}`}>
      <span className="state-dot" aria-hidden="true" />
      {children}
    </span>
  );
}

export function PaymentStateDot({ state, review }: { state: PaymentState; review: object | null }) {
  const { t, pick } = useLanguage();
  if (review) return <Dot tone="person">{t("reviewTitle")}</Dot>;
  return <Dot tone={paymentTones[state]}>{pick(paymentStateWords[state])}</Dot>;
}
