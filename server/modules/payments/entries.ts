// What a decision leaves in the timeline: both directions of the exchange, what it changed, and whom it called.
import { unreachable } from "../../kernel/assert.ts";
import type { Exchange } from "../../channels/port.ts";
import type { Change } from "./change.ts";
import type { Command, Effect, Payment, TimelineEntry } from "./model.ts";

export type Happening = Readonly<{ before: Payment; command: Command; change: Change; now: Date }>;

/** The entries of one decision, in the order in which things happened. */
export function entriesOf({ before, command, change, now }: Happening): TimelineEntry[] {
  const { next } = change;
  const entries = received(command, now);
  if (next.state !== before.state) {
    entries.push(
      own("stateChanged", now, {
        from: before.state,
        to: next.state,
        ...(next.lateSuccess && { lateSuccess: true }),
      }),
    );
  }
  if (before.review === null && next.review !== null) {
    entries.push(own("reviewOpened", now, { reason: next.review.reason, owner: next.review.owner }));
  }
  return [...entries, ...change.effects.map((effect) => called(effect, now))];
}

/** What arrived, as it arrived. Exchanges come redacted from the channel. */
function received(command: Command, now: Date): TimelineEntry[] {
  switch (command.kind) {
    case "chargeAnswered":
      return hops("charge", command.reply.exchange, command.reply.outcome.kind, now);
    case "queryAnswered":
      return hops("query", command.reply.exchange, command.reply.outcome.kind, now);
    case "cancelAnswered":
      return hops("cancel", command.reply.exchange, command.reply.outcome.kind, now);
    case "codeAnswered":
      return hops("code", command.reply.exchange, command.reply.outcome.kind, now);
    case "closeAnswered":
      return hops("close", command.reply.exchange, command.reply.outcome.kind, now);
    case "callbackReceived": {
      const { news, notificationId, redacted } = command.callback;
      return [
        {
          at: command.receivedAt,
          kind: "callbackReceived",
          direction: "in",
          data: { news: news.kind, notificationId, form: redacted },
        },
      ];
    }
    case "reversalRequested":
      return [
        {
          at: now,
          kind: "reversalRequested",
          direction: "in",
          data: { ...command.by, reason: command.reason },
        },
      ];
    case "reviewDecided":
      return [
        own("reviewDecided", now, {
          decision: command.decision,
          reason: command.reason,
          decidedBy: command.decidedBy,
        }),
      ];
    default:
      return unreachable(command);
  }
}

function hops(
  operation: "charge" | "query" | "cancel" | "code" | "close",
  exchange: Exchange,
  outcome: string,
  now: Date,
): TimelineEntry[] {
  const { httpStatus, problem, response } = exchange;
  const sent: TimelineEntry = {
    at: exchange.sentAt,
    kind: `${operation}Sent`,
    direction: "out",
    data: { request: exchange.request },
  };
  const reply: TimelineEntry =
    exchange.receivedAt === null
      ? own(`${operation}Unanswered`, now, { outcome, problem })
      : {
          at: exchange.receivedAt,
          kind: `${operation}Answered`,
          direction: "in",
          data: { outcome, httpStatus, problem, response },
        };
  return [sent, reply];
}

function called(effect: Effect, now: Date): TimelineEntry {
  switch (effect.kind) {
    case "announce":
      return own("announced", now, {});
    case "openCase":
      return own("caseOpened", now, { kind: effect.caseKind, ...effect.facts });
    default:
      return unreachable(effect);
  }
}

function own(kind: TimelineEntry["kind"], at: Date, data: TimelineEntry["data"]): TimelineEntry {
  return { at, kind, direction: null, data };
}
