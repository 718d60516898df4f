// What a till asks of the platform, and what it hears: with the same key again until it is known what became of the first
// time.
import type { CreatePayment, CreateShownCode } from "@huiyin/contract/api/payments.ts";
import type { ChannelCode } from "@huiyin/contract/words.ts";
import type { Principal } from "@huiyin/server/platform/principal.ts";
import type { Counter } from "./evidence.ts";
import type { Answered, GivenBack } from "./answers.ts";
import type { Machine } from "./machine.ts";
import type { Payers } from "./payers.ts";
import type { Platform } from "./platform.ts";
import type { Scheduler } from "./scheduler.ts";
import type { Trouble } from "./trouble.ts";

export type TillDeps = Readonly<{
  scheduler: Scheduler;
  trouble: Trouble;
  machine: Machine<Platform>;
  payers: Payers;
  counter: Counter;
  /** The channels of the shop, and how often customers pay through each. */
  weights: Readonly<Partial<Record<ChannelCode, number>>>;
  answers: Answered[];
  givenBack: GivenBack[];
}>;

/** A request to be paid, by the payer’s code or by one to show. */
export type Request = Readonly<{
  channel: ChannelCode;
  idempotencyKey: string;
  body: CreatePayment | CreateShownCode;
  waitSeconds: number;
}>;
export type Heard =
  Answered["outcome"] | Readonly<{ kind: "refusedConnection" }> | Readonly<{ kind: "broken" }>;

const retryMs = { min: 800, max: 4_000 } as const;
const attemptsMax = 40;

type Range = Readonly<{ min: number; max: number }>;

/** Plans an event of this till. */
export function after(deps: TillDeps, ms: Range, name: string, run: () => void): void {
  const { scheduler, trouble, counter } = deps;
  scheduler.after(trouble.chance.integer(ms.min, ms.max), { actor: "cashier", name, key: counter.name, run });
}

export function pause(deps: TillDeps, ms: Range): Promise<void> {
  return new Promise((resolve) => after(deps, ms, "waits", resolve));
}

/** Asks, and asks again with the same key as long as it is not known what became of the first time; null when it gives up. */
export async function askUntilAnswered(deps: TillDeps, request: Request): Promise<Heard | null> {
  for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
    const heard = await ask(deps, request);
    if (heard.kind !== "broken" && heard.kind !== "refusedConnection" && !isBusy(heard)) return heard;
    await pause(deps, retryMs);
  }
  return null;
}

function isBusy(heard: Heard): boolean {
  return (
    heard.kind === "refused" && (heard.code === "idempotency_key_in_use" || heard.code === "unavailable")
  );
}

/** Asks once. */
export async function ask(deps: TillDeps, request: Request): Promise<Heard> {
  const { merchantId, terminalId } = deps.counter;
  const principal: Principal = { role: "terminal", merchantId, terminalId };
  const { channel: _channel, ...wanted } = request;
  const result = await deps.machine.call(request.idempotencyKey, ({ payments }) =>
    "payerCode" in request.body
      ? payments.create({ principal, ...wanted })
      : payments.createCode({ principal, ...wanted }),
  );
  if (result === "refused") return { kind: "refusedConnection" };
  if (result === "broken") return { kind: "broken" };
  const outcome: Answered["outcome"] = result.ok
    ? {
        kind: "answered",
        status: result.value.status,
        body: result.value.body,
        paymentId: result.value.paymentId,
      }
    : { kind: "refused", code: result.refusal.code };
  const { idempotencyKey, body } = request;
  const { amount } = body;
  deps.answers.push({ atMs: deps.scheduler.nowMs(), merchantId, idempotencyKey, amount, outcome });
  return outcome;
}
