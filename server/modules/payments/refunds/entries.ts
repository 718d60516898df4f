// What happens to a refund, as the timeline of its payment tells it.
import { unreachable } from "../../../kernel/assert.ts";
import type { Exchange } from "../../../channels/port.ts";
import type { Requester, TimelineEntry } from "../model.ts";
import { waitOf, type Refund, type RefundCommand } from "./model.ts";
import type { RefundChange } from "./settle.ts";

/** Somebody asked for it. */
export function requestedEntry(refund: Refund, by: Requester, now: Date): TimelineEntry {
  const { id: refundId, kind, way, reason, merchantRefundNo, channelRefundNo } = refund;
  const amountFen = Number(refund.amount.minor);
  return {
    at: now,
    kind: "refundRequested",
    direction: "in",
    data: {
      refundId,
      kind,
      way,
      amountFen,
      by: by.role,
      terminalId: by.terminalId,
      reason,
      merchantRefundNo,
      channelRefundNo,
    },
  };
}

type Happening = Readonly<{ before: Refund; command: RefundCommand; change: RefundChange; now: Date }>;

/** The entries of one decision, in the order in which things happened. */
export function refundEntries({ before, command, change, now }: Happening): TimelineEntry[] {
  const { refund } = change.next;
  const refundId = refund.id;
  const entries = received(before, command, now);
  const [waitedFor, waitingFor] = [waitOf(before), waitOf(refund)];
  if (refund.state !== before.state || waitingFor !== waitedFor) {
    const data = { refundId, way: refund.way, from: before.state, to: refund.state, waitingFor };
    entries.push(own("refundStateChanged", now, data));
  }
  if (refund.way !== before.way)
    entries.push(own("refundWayChanged", now, { refundId, from: before.way, to: refund.way }));
  for (const { caseKind, facts } of change.effects)
    entries.push(own("caseOpened", now, { kind: caseKind, ...facts }));
  return entries;
}

function received(before: Refund, command: RefundCommand, now: Date): TimelineEntry[] {
  const refundId = before.id;
  switch (command.kind) {
    case "sendAnswered":
    case "queryAnswered": {
      const operation = command.kind === "sendAnswered" ? "refund" : "refundQuery";
      const { exchange, outcome } = command.reply;
      const subject = { refundId, way: command.way ?? before.way };
      const own = hops(operation, subject, exchange, { outcome: outcome.kind, now });
      if (command.kind === "sendAnswered" || command.ofVoid === undefined) return own;
      const { exchange: other, outcome: ofVoid } = command.ofVoid;
      return [...own, ...hops(operation, { refundId, way: "void" }, other, { outcome: ofVoid.kind, now })];
    }
    case "callbackReceived": {
      const { news, notificationId, redacted: form } = command.callback;
      const data = { refundId, news: news.kind, notificationId, form };
      return [{ at: command.receivedAt, kind: "callbackReceived", direction: "in", data }];
    }
    case "reviewDecided": {
      const { decision, reason, decidedBy } = command;
      return [own("reviewDecided", now, { refundId, decision, reason, decidedBy })];
    }
    default:
      return unreachable(command);
  }
}

/** Both directions of an exchange. Exchanges come redacted from the channel. */
function hops(
  operation: "refund" | "refundQuery",
  subject: Readonly<{ refundId: string; way: Refund["way"] }>,
  exchange: Exchange,
  { outcome, now }: Readonly<{ outcome: string; now: Date }>,
): TimelineEntry[] {
  const { httpStatus, problem, response, request } = exchange;
  const sent: TimelineEntry = {
    at: exchange.sentAt,
    kind: `${operation}Sent`,
    direction: "out",
    data: { ...subject, request },
  };
  const reply: TimelineEntry =
    exchange.receivedAt === null
      ? own(`${operation}Unanswered`, now, { ...subject, outcome, problem })
      : {
          at: exchange.receivedAt,
          kind: `${operation}Answered`,
          direction: "in",
          data: { ...subject, outcome, httpStatus, problem, response },
        };
  return [sent, reply];
}

function own(kind: TimelineEntry["kind"], at: Date, data: TimelineEntry["data"]): TimelineEntry {
  return { at, kind, direction: null, data };
}
