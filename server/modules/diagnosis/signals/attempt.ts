// What the payment itself says: its state, and the channel's own code, taken as noisy evidence.
import type { CaseFile, Observation, PaymentFacts, Signal } from "../model.ts";
import { clock, no, yes } from "./reading.ts";

/** Codes that say “no means of payment is left”, without saying why. */
const noInstrumentCodes = new Set(["ACQ.NO_PAYMENT_INSTRUMENTS_AVAILABLE", "ACQ.NOT_SUPPORT_PAYMENT_INST"]);
/** Codes for a payer code that is wrong, expired or was used before. */
const payerCodeCodes = new Set([
  "ACQ.PAYMENT_AUTH_CODE_INVALID",
  "ACQ.ILLEGAL_AUTH_CODE",
  "ACQ.AUTH_CODE_INVALID_OR_EXPIRE",
]);

/** Whether the channel answered this payment with the code that Huabei troubles hide behind. */
export function hasNoInstrumentCode(payment: PaymentFacts): boolean {
  return payment.code !== null && noInstrumentCodes.has(payment.code);
}

function finishedAt(payment: PaymentFacts): string {
  return payment.finishedAt ?? payment.createdAt;
}

function declined({ payment }: CaseFile): Observation | null {
  if (payment === null) return null;
  const at = finishedAt(payment);
  if (payment.state === "failed") {
    return yes(at, `${clock(at)} 支付渠道拒绝了这笔收款`, `${clock(at)} the channel declined this payment`);
  }
  return payment.state === "succeeded" ? no(at, "这笔收款没有被拒绝", "This payment was not declined") : null;
}

function noInstrument({ payment }: CaseFile): Observation | null {
  if (payment?.state !== "failed") return null;
  const at = finishedAt(payment);
  const words = `${payment.code ?? "—"} ${payment.message ?? ""}`.trim();
  return hasNoInstrumentCode(payment)
    ? yes(
        at,
        `渠道返回“没有可用的支付工具”（${words}），没有说明原因`,
        `The channel answered “no payment instrument available” (${words}) and gave no reason`,
      )
    : no(at, `渠道返回的是另一个代码（${words}）`, `The channel answered with another code (${words})`);
}

function payerCodeRefused({ payment }: CaseFile): Observation | null {
  if (payment?.state !== "failed") return null;
  const at = finishedAt(payment);
  const words = `${payment.code ?? "—"} ${payment.message ?? ""}`.trim();
  return payment.code !== null && payerCodeCodes.has(payment.code)
    ? yes(at, `渠道说付款码无效（${words}）`, `The channel says that the payer code is not valid (${words})`)
    : no(at, `渠道返回的是另一个代码（${words}）`, `The channel answered with another code (${words})`);
}

function otherCode({ payment }: CaseFile): Observation | null {
  if (payment?.state !== "failed" || payment.code === null) return null;
  if (noInstrumentCodes.has(payment.code) || payerCodeCodes.has(payment.code)) return null;
  const words = `${payment.code} ${payment.message ?? ""}`.trim();
  const at = finishedAt(payment);
  return yes(at, `渠道返回 ${words}`, `The channel answered ${words}`);
}

function paid({ payment }: CaseFile): Observation | null {
  if (payment === null) return null;
  const at = payment.paidAt ?? finishedAt(payment);
  if (payment.state === "succeeded") {
    return yes(at, `${clock(at)} 钱已收到，已入账`, `${clock(at)} the money has been received and booked`);
  }
  return payment.state === "processing" || payment.state === "awaitingPayer"
    ? null
    : no(at, "这笔没有收到钱", "No money was received");
}

function awaitingPayer({ payment }: CaseFile): Observation | null {
  if (payment?.state !== "awaitingPayer") return null;
  return yes(
    payment.createdAt,
    "支付宝正在等顾客在手机上确认",
    "Alipay is waiting for the customer to confirm on the phone",
  );
}

function closedUnpaid({ payment }: CaseFile): Observation | null {
  if (payment?.state !== "closed") return null;
  const at = finishedAt(payment);
  return yes(at, `${clock(at)} 这笔收款没有付成，已关闭`, `${clock(at)} this payment was closed unpaid`);
}

/** What the charge itself was answered: the timeline knows it even after the payment has been closed. */
function chargeUnclear(file: CaseFile): Observation | null {
  const answer = file.timeline.find(
    (event) => event.kind === "chargeAnswered" || event.kind === "chargeUnanswered",
  );
  if (!answer) return null;
  const problem = typeof answer.data["problem"] === "string" ? answer.data["problem"] : null;
  if (answer.kind === "chargeUnanswered") {
    return yes(
      answer.at,
      `支付宝没有应答（${problem ?? "超时"}）`,
      `Alipay did not answer (${problem ?? "timeout"})`,
    );
  }
  return answer.data["outcome"] === "unknown"
    ? yes(
        answer.at,
        "支付宝的应答没有说明成败，像是系统不可用",
        "Alipay’s answer said nothing about the outcome, as when its system is down",
      )
    : no(answer.at, "支付宝给出了明确的应答", "Alipay gave a clear answer");
}

export const attemptSignals: Readonly<Record<string, Signal>> = {
  declined: { evidence: "E01", read: declined, leak: 0.01, outside: 0.3 },
  noInstrument: { evidence: "E01", read: noInstrument, leak: 0.005, outside: 0.05 },
  payerCodeRefused: { evidence: "E01", read: payerCodeRefused, leak: 0.002, outside: 0.01 },
  otherCode: { evidence: "E01", read: otherCode, leak: 0.01, outside: 0.6 },
  paid: { evidence: "E19", read: paid, leak: 0.5, outside: 0.5 },
  awaitingPayer: { evidence: "E01", read: awaitingPayer, leak: 0.05, outside: 0.1 },
  closedUnpaid: { evidence: "E19", read: closedUnpaid, leak: 0.02, outside: 0.3 },
  chargeUnclear: { evidence: "E01", read: chargeUnclear, leak: 0.01, outside: 0.1 },
};
