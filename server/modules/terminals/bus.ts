// Messages between platform and terminals: every payload is checked against its schema, and a bad one is answered by
// the declared error on the terminal’s own topic instead of reaching a module.
import { Compile } from "typebox/compile";
import type { TSchema } from "typebox";
import type { BaseLogger } from "pino";
import { errors } from "@huiyin/contract/errors/index.ts";
import { eventVersion } from "@huiyin/contract/events/common.ts";
import type { MessageRejected } from "@huiyin/contract/events/commands.ts";
import {
  parseTerminalTopic,
  terminalTopic,
  type TopicFromTerminal,
  type TopicToTerminal,
} from "@huiyin/contract/events/topics.ts";
import { RefusalError, refuse, type Refusal, type Result } from "../../kernel/result.ts";
import { rfc3339 } from "../../kernel/time.ts";
import type { World } from "../../kernel/world.ts";
import { unstorableField } from "../../platform/http/body.ts";
import { BrokerUnavailableError, type Broker, type Message } from "../../platform/mqtt/port.ts";
import { terminalLimits } from "./limits.ts";

/** Answers a message; a refusal is told to the terminal. */
export type MessageHandler<Payload> = (terminalId: string, payload: Payload) => Promise<Result<null>>;

export type TerminalBus = Readonly<{
  /** Registers the one handler of a kind of message on a topic. */
  handle<Payload>(
    topic: TopicFromTerminal,
    kind: Readonly<{ name: string; schema: TSchema }>,
    handler: MessageHandler<Payload>,
  ): void;
  /** Sends where this process holds the session. Messages are hints: a broker that is away loses them silently. */
  send(terminalId: string, topic: TopicToTerminal, payload: unknown): Promise<void>;
  /** The session by which this process reaches the terminal now, a different one for each connection; null without. */
  sessionOf(terminalId: string): string | null;
}>;

type Registered = Readonly<{ validator: ReturnType<typeof Compile>; handler: MessageHandler<never> }>;
type Deps = Readonly<{ broker: Broker; world: World; log: BaseLogger }>;

export function createTerminalBus(deps: Deps): TerminalBus {
  const registered = new Map<string, Registered>();
  const rejectedAt = new Map<string, number>();

  const send = async (terminalId: string, topic: TopicToTerminal, payload: unknown): Promise<void> => {
    const retain = topic === "config" ? "yes" : "no";
    try {
      await deps.broker.publish(terminalTopic(terminalId, topic), JSON.stringify(payload), {
        qos: 1,
        retain,
      });
    } catch (error) {
      if (!(error instanceof BrokerUnavailableError)) throw error;
      deps.log.warn({ event: "terminal_message_lost", terminalId, topic }, "the broker is not reachable");
    }
  };

  const reject = async (terminalId: string, topic: string, refusal: Refusal): Promise<void> => {
    deps.log.warn(
      { event: "terminal_message_rejected", terminalId, topic, code: refusal.code },
      "a message was refused",
    );
    const nowMs = deps.world.now().getTime();
    if (nowMs - (rejectedAt.get(terminalId) ?? -Infinity) < terminalLimits.rejectionIntervalMs) return;
    rejectedAt.set(terminalId, nowMs);
    await send(terminalId, "commands", rejectionOf(refusal, topic, deps.world.now()));
  };

  deps.broker.onSession(
    (event) => void (event.kind === "close" && rejectedAt.delete(event.session.clientId)),
  );
  deps.broker.onMessage(async (message) => {
    const parsed = parseTerminalTopic(message.topic);
    if (parsed === null) return;
    const { terminalId, name } = parsed;
    const result = await dispatch({ registered }, terminalId, name, message);
    if (!result.ok) await reject(terminalId, name, result.refusal);
  });

  return {
    handle: (topic, kind, handler) => {
      registered.set(`${topic} ${kind.name}`, {
        validator: Compile(kind.schema),
        handler: handler as MessageHandler<never>,
      });
    },
    send,
    sessionOf: (terminalId) => deps.broker.sessions().get(terminalId)?.key ?? null,
  };
}

async function dispatch(
  deps: Readonly<{ registered: ReadonlyMap<string, Registered> }>,
  terminalId: string,
  topic: string,
  message: Message,
): Promise<Result<null>> {
  const payload = parseJson(message.payload);
  if (typeof payload !== "object" || payload === null || Array.isArray(payload)) {
    return invalid([{ field: "payload", problem: "is not a JSON object" }]);
  }
  // Before anything looks inside: what is nested without end, or cannot be stored, is no message.
  const unstorable = unstorableField(payload);
  if (unstorable !== null) return invalid([{ field: unstorable.slice(0, 100), problem: "cannot be stored" }]);
  const kind = (payload as { kind?: unknown }).kind;
  const entry = typeof kind === "string" ? deps.registered.get(`${topic} ${kind}`) : undefined;
  if (entry === undefined) return invalid([{ field: "kind", problem: `is no kind of message on ${topic}` }]);
  if (!entry.validator.Check(payload)) return invalid(problemsOf(entry, payload));
  try {
    return await entry.handler(terminalId, payload as never);
  } catch (error) {
    // The database is away, for example: the terminal is told, and tries again by itself.
    if (error instanceof RefusalError) return { ok: false, refusal: error.refusal };
    throw error;
  }
}

/** Programs read these, not people: in English, as the validator writes. */
type Problem = Readonly<{ field: string; problem: string }>;

function problemsOf({ validator }: Registered, payload: unknown): Problem[] {
  const problems = [...validator.Errors(payload)]
    .filter(({ keyword }) => keyword !== "boolean")
    .map(({ instancePath, message, params }) => {
      const extra = (params as { additionalProperties?: unknown }).additionalProperties;
      const named = Array.isArray(extra) ? `: ${extra.slice(0, 3).join(", ").slice(0, 100)}` : "";
      return {
        field: instancePath.slice(1).replaceAll("/", ".") || "payload",
        problem: `${message}${named}`,
      };
    });
  return problems.slice(0, terminalLimits.rejectionProblemsMax);
}

function invalid(problems: readonly Problem[]): Result<null> {
  const result = refuse("message_invalid");
  return result.ok ? result : { ok: false, refusal: { ...result.refusal, errors: problems } };
}

function parseJson(payload: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(payload));
  } catch {
    return null;
  }
}

function rejectionOf(refusal: Refusal, topic: string, at: Date): MessageRejected {
  const declared = errors[refusal.code];
  return {
    version: eventVersion,
    kind: "messageRejected",
    topic,
    code: refusal.code,
    retry: declared.retry,
    title: declared.title,
    next: declared.next,
    problems: (refusal.errors ?? []).map(({ field, problem }) => ({
      field,
      problem: typeof problem === "string" ? problem : problem.en,
    })),
    at: rfc3339(at),
  };
}
