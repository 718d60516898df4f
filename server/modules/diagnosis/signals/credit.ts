// Whether borrowed money was welcome: the merchant's own switch, and what the same payer's Huabei did around the moment.
import { diagnosisLimits } from "../limits.ts";
import type { CaseFile, CreditFacts, Instant, Observation, PaymentFacts, Signal } from "../model.ts";
import { hasNoInstrumentCode } from "./attempt.ts";
import { closedSince } from "./huabei.ts";
import { clock, momentOf, no, paidWithHuabei, seconds, when, yes } from "./reading.ts";

/** Alipay's words for credit in disable_pay_channels. */
const creditChannels = new Set(["pcredit", "pcreditpayInstallment", "credit_group", "creditCard"]);

/** What the request itself asked for; null where the timeline does not show the request. */
function requestShutsOutCredit(file: CaseFile): Observation | null {
  const sent = file.timeline.find((event) => event.kind === "chargeSent");
  const content = contentOf(sent?.data["request"]);
  if (!sent || content === null) return null;
  const disabled = content["disable_pay_channels"];
  const shut = typeof disabled === "string" && disabled.split(",").some((name) => creditChannels.has(name));
  return shut
    ? yes(
        sent.at,
        "这笔请求按本店的设置关闭了信用支付（disable_pay_channels）",
        "By the shop’s own setting this request shut out credit (disable_pay_channels)",
      )
    : no(sent.at, "这笔请求没有关闭信用支付", "This request did not shut out credit");
}

function contentOf(request: unknown): Readonly<Record<string, unknown>> | null {
  if (typeof request !== "object" || request === null) return null;
  const { biz_content: content } = request as { biz_content?: unknown };
  return typeof content === "object" && content !== null ? (content as Record<string, unknown>) : null;
}

function acceptanceAt({ acceptance, history }: CreditFacts, moment: Instant): CreditFacts["acceptance"] {
  if (history.length === 0) return acceptance;
  return history.find((line) => line.at <= moment)?.acceptance ?? "accepted";
}

function creditSwitchedOff(file: CaseFile): Observation | null {
  const requested = requestShutsOutCredit(file);
  if (requested !== null) return requested;
  const { credit } = file;
  if (!credit) return null;
  const moment = momentOf(file);
  const line = credit.history.find((each) => each.at <= moment);
  const at = line?.at ?? moment;
  const reason = line?.reason ? `（${line.reason}）` : "";
  const because = line?.reason ? ` (${line.reason})` : "";
  return acceptanceAt(credit, moment) === "refused"
    ? yes(
        at,
        `本店自 ${when(at, moment)} 起设置为不收信用支付${reason}`,
        `Since ${when(at, moment)} this shop takes no credit, by its own setting${because}`,
      )
    : no(at, "本店的设置是收信用支付", "By its own setting this shop takes credit");
}

/** The same till took a smaller amount with Huabei right afterwards: Huabei works, only not for so much. */
function smallerHuabeiNext({ payment, around }: CaseFile): Observation | null {
  if (payment === null || !hasNoInstrumentCode(payment) || payment.terminalId === null) return null;
  const next = around.find(
    (other) =>
      other.terminalId === payment.terminalId &&
      other.createdAt > payment.createdAt &&
      seconds(payment.createdAt, other.createdAt) <= diagnosisLimits.nextAttemptSeconds &&
      other.amountFen < payment.amountFen &&
      paidWithHuabei(other),
  );
  return next
    ? yes(
        next.createdAt,
        `${clock(next.createdAt)} 同一终端随后用花呗收了一笔较小的金额`,
        `${clock(next.createdAt)} a smaller amount was then paid with Huabei at this terminal`,
      )
    : null;
}

/** Who tried next at the same till for the same amount, by the account as the channel masks it. */
function payerOf({ payment, around }: CaseFile): string | null {
  if (payment === null || payment.terminalId === null) return null;
  const next = around.find(
    (other) =>
      other.terminalId === payment.terminalId &&
      other.createdAt > payment.createdAt &&
      seconds(payment.createdAt, other.createdAt) <= diagnosisLimits.nextAttemptSeconds &&
      other.amountFen === payment.amountFen,
  );
  return next?.payerAccount ?? null;
}

/** The customer who then paid otherwise had paid with Huabei here on the same day: it is open, so it is not closed. */
function payersHuabeiWorked(file: CaseFile): Observation | null {
  const account = payerOf(file);
  if (account === null || file.payment === null || !hasNoInstrumentCode(file.payment)) return null;
  if (closedSince(file)) return null;
  const earlier = file.around.findLast(
    (other: PaymentFacts) =>
      paidWithHuabei(other) && other.payerAccount === account && other.createdAt < momentOf(file),
  );
  return earlier
    ? yes(
        earlier.createdAt,
        `${clock(earlier.createdAt)} 同一付款账号（${account}）还在本店用花呗付款成功`,
        `${clock(earlier.createdAt)} the same payer account (${account}) paid with Huabei here`,
      )
    : null;
}

export const creditSignals: Readonly<Record<string, Signal>> = {
  creditSwitchedOff: {
    evidence: "E04",
    witness: "ownRecord",
    read: creditSwitchedOff,
    leak: 0.01,
    outside: 0.01,
  },
  smallerHuabeiNext: {
    evidence: "E32",
    witness: "comparison",
    read: smallerHuabeiNext,
    leak: 0.03,
    outside: 0.03,
  },
  payersHuabeiWorked: {
    evidence: "E32",
    witness: "comparison",
    read: payersHuabeiWorked,
    leak: 0.03,
    outside: 0.03,
  },
};
