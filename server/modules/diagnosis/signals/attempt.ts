// What the payment itself says: its state, whether its payer was asked to confirm, and what became of its money.
import { channelWords } from "@huiyin/contract/words.ts";
import type { CaseFile, Observation, PaymentFacts, Signal } from "../model.ts";
import { endOf, meaningOf } from "./codes.ts";
import { fen, yuanText } from "../../../kernel/money.ts";
import { clock, no, yes } from "./reading.ts";

/** Whether the channel answered this payment with the code that Huabei troubles hide behind. */
export function hasNoInstrumentCode(payment: PaymentFacts): boolean {
  return meaningOf(payment) === "noInstrument";
}

function declined({ payment }: CaseFile): Observation | null {
  if (payment === null) return null;
  const at = endOf(payment);
  if (payment.state === "failed") {
    return yes(at, `${clock(at)} 支付渠道拒绝了这笔收款`, `${clock(at)} the channel declined this payment`);
  }
  return payment.state === "succeeded" ? no(at, "这笔收款没有被拒绝", "This payment was not declined") : null;
}

function paid({ payment }: CaseFile): Observation | null {
  if (payment === null) return null;
  const at = payment.paidAt ?? endOf(payment);
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
    `${zhOf(payment)}正在等顾客在手机上确认`,
    `${enOf(payment)} is waiting for the customer to confirm on the phone`,
  );
}

function closedUnpaid({ payment }: CaseFile): Observation | null {
  if (payment?.state !== "closed") return null;
  const at = endOf(payment);
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
      `${zhOf(file.payment)}没有应答（${problem ?? "超时"}）`,
      `${enOf(file.payment)} did not answer (${problem ?? "timeout"})`,
    );
  }
  return answer.data["outcome"] === "unknown"
    ? yes(
        answer.at,
        `${zhOf(file.payment)}的应答没有说明成败，像是系统不可用`,
        `The answer of ${enOf(file.payment)} said nothing about the outcome, as when its system is down`,
      )
    : no(answer.at, `${zhOf(file.payment)}给出了明确的应答`, `${enOf(file.payment)} gave a clear answer`);
}

/** The channel made the trade and asked its payer for the password. */
function payerAsked(file: CaseFile): Observation | null {
  const pending = file.timeline.find(
    (event) => answerKinds.has(event.kind) && event.data["outcome"] === "pending",
  );
  if (pending) {
    return yes(
      pending.at,
      `${zhOf(file.payment)}已创建交易，并请付款人在手机上确认`,
      `${enOf(file.payment)} made the trade and asked the payer to confirm on the phone`,
    );
  }
  const answer = file.timeline.find((event) => event.kind === "chargeAnswered");
  return answer
    ? no(
        answer.at,
        `${zhOf(file.payment)}没有要求付款人确认`,
        `${enOf(file.payment)} did not ask the payer to confirm`,
      )
    : null;
}

/** The network by name; where there was no payment, nobody knows which. */
const zhOf = (payment: CaseFile["payment"]): string =>
  payment === null ? "支付渠道" : channelWords[payment.channel].zh;
const enOf = (payment: CaseFile["payment"]): string =>
  payment === null ? "The channel" : channelWords[payment.channel].en;

const answerKinds = new Set(["chargeAnswered", "queryAnswered"]);

/** Money that went back, or an order that somebody called off. */
function givenBack(file: CaseFile): Observation | null {
  const { payment } = file;
  if (payment === null) return null;
  const at = lastOf(file, ["refundStateChanged", "refundAnswered", "reversalRequested"]) ?? endOf(payment);
  const refunded = payment.refundedFen ?? 0;
  if (refunded > 0) {
    const amount = `¥${yuanText(fen(refunded))}`;
    return yes(
      at,
      `账本记录：已退给付款人 ${amount}（原收款 ¥${yuanText(fen(payment.amountFen))}）`,
      `The ledger shows ${amount} given back to the payer, of ¥${yuanText(fen(payment.amountFen))}`,
    );
  }
  if (payment.state === "reversed")
    return yes(
      at,
      `${clock(at)} 这笔收款已撤销，钱退回付款人`,
      `${clock(at)} this payment was reversed and the money went back to the payer`,
    );
  if (payment.state === "closed" && file.timeline.some((event) => event.kind === "reversalRequested"))
    return yes(
      at,
      `${clock(at)} 有人撤销了这笔收款，没有扣款`,
      `${clock(at)} somebody called this payment off; nothing was charged`,
    );
  return no(at, "没有退款，也没有撤销", "Nothing was refunded or reversed");
}

/** The last refund that the channel refused for want of money in the merchant's account. */
function refundShort(file: CaseFile): Observation | null {
  const answer = file.timeline.findLast((event) => event.kind === "refundAnswered");
  if (!answer) return null;
  const short =
    answer.data["outcome"] === "balanceShort" ||
    subCodeOf(answer.data["response"]) === "ACQ.SELLER_BALANCE_NOT_ENOUGH";
  return short
    ? yes(
        answer.at,
        "渠道没有退款：商户在渠道的余额不够",
        "The channel did not refund: the merchant’s balance there does not suffice",
      )
    : no(
        answer.at,
        "渠道对退款的答复与余额无关",
        "The channel’s answer to the refund was not about the balance",
      );
}

function subCodeOf(response: unknown): unknown {
  return typeof response === "object" && response !== null && Object.hasOwn(response, "sub_code")
    ? (response as { sub_code: unknown }).sub_code
    : null;
}

function lastOf(file: CaseFile, kinds: readonly string[]): string | null {
  return file.timeline.findLast((event) => kinds.includes(event.kind))?.at ?? null;
}

/** A request turned away before it became a payment: what was scanned is a code for collecting, not for paying. */
function collectingCode({ refusal }: CaseFile): Observation | null {
  if (!refusal) return null;
  return refusal.code === "payer_code_is_collecting_code"
    ? yes(
        refusal.at,
        "扫到的内容是收款码，平台没有发起收款",
        "What was scanned is a collecting code; the platform started no payment",
      )
    : no(refusal.at, "被拒绝的原因不是收款码", "The refusal was not about a collecting code");
}

/** Any request that was turned away: whatever the reason, not everything is in order. */
function requestRefused({ refusal }: CaseFile): Observation | null {
  if (!refusal) return null;
  return yes(
    refusal.at,
    `平台没有受理这次请求（${refusal.code}）`,
    `The platform turned this request away (${refusal.code})`,
  );
}

function codeUsedHere({ refusal }: CaseFile): Observation | null {
  if (!refusal) return null;
  return refusal.code === "payer_code_used"
    ? yes(
        refusal.at,
        "这个付款码在本商户已经用过一次，平台没有再次扣款",
        "This payer code was used here before; the platform did not charge again",
      )
    : no(refusal.at, "被拒绝的原因不是付款码用过", "The refusal was not about a used payer code");
}

export const attemptSignals: Readonly<Record<string, Signal>> = {
  declined: { evidence: "E01", witness: "channelCode", read: declined, leak: 0.01, outside: 0.3 },
  paid: { evidence: "E19", witness: "ownRecord", read: paid, leak: 0.5, outside: 0.5 },
  awaitingPayer: { evidence: "E29", witness: "channelCode", read: awaitingPayer, leak: 0.01, outside: 0.03 },
  payerAsked: { evidence: "E29", witness: "channelCode", read: payerAsked, leak: 0.02, outside: 0.02 },
  closedUnpaid: { evidence: "E19", witness: "channelAnswer", read: closedUnpaid, leak: 0.02, outside: 0.3 },
  chargeUnclear: { evidence: "E01", witness: "channelAnswer", read: chargeUnclear, leak: 0.01, outside: 0.1 },
  givenBack: { evidence: "E22", witness: "ownRecord", read: givenBack, leak: 0.0005, outside: 0.0005 },
  refundShort: { evidence: "E01", witness: "channelCode", read: refundShort, leak: 0.0001, outside: 0.002 },
  collectingCode: {
    evidence: "E28",
    witness: "ownRecord",
    read: collectingCode,
    leak: 0.0001,
    outside: 0.0001,
  },
  requestRefused: {
    evidence: "E28",
    witness: "ownRecord",
    read: requestRefused,
    leak: 0.01,
    outside: 0.3,
  },
  codeUsedHere: { evidence: "E28", witness: "ownRecord", read: codeUsedHere, leak: 0.0001, outside: 0.0001 },
};
