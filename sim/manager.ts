// The managers of the shops: they give money back, in full or in part, undo payments, and are as careless as cashiers.
import type { ChannelCode } from "@huiyin/contract/words.ts";
import { unreachable } from "@huiyin/server/kernel/assert.ts";
import type { Principal } from "@huiyin/server/platform/principal.ts";
import type { Answered, GivenBack, Wish } from "./answers.ts";
import type { ChannelFault } from "./faults.ts";
import type { Machine } from "./machine.ts";
import type { Platform } from "./platform.ts";
import type { Scheduler } from "./scheduler.ts";
import type { Trouble } from "./trouble.ts";

export type ManagerDeps = Readonly<{
  scheduler: Scheduler;
  trouble: Trouble;
  machine: Machine<Platform>;
  merchantId: string;
  /** What this shop’s cashiers were answered, in order. */
  answers: readonly Answered[];
  givenBack: GivenBack[];
}>;

type Heard = GivenBack["outcome"] | Readonly<{ kind: "refusedConnection" | "broken" }>;
type Sale = Readonly<{ paymentId: string; channel: ChannelCode; amount: number; unclear: boolean }>;

const credentialId = "key_00000000000070008000000000000002";
const lookMs = { min: 1_000, max: 9_000 } as const;
const thinkMs = { min: 0, max: 90_000 } as const;
const retryMs = { min: 800, max: 4_000 } as const;

/** One manager, who looks at what was sold since the last look, until the end of the day. */
export function runManager(deps: ManagerDeps): void {
  let seen = 0;
  const known = new Set<string>();
  const look = (): void => {
    if (deps.trouble.isCalm()) return;
    for (; seen < deps.answers.length; seen += 1) {
      const sale = saleOf(deps, deps.answers[seen]);
      if (sale === null || known.has(sale.paymentId)) continue;
      known.add(sale.paymentId);
      consider(deps, sale);
    }
    after(deps, lookMs, "looks at the sales", look);
  };
  after(deps, lookMs, "looks at the sales", look);
}

function saleOf({ merchantId }: ManagerDeps, answered: Answered | undefined): Sale | null {
  if (answered?.merchantId !== merchantId || answered.outcome.kind !== "answered") return null;
  const { paymentId, body } = answered.outcome;
  const { state, channel } = JSON.parse(body) as { state: string; channel: ChannelCode };
  if (state === "failed" || state === "closed") return null;
  return { paymentId, channel, amount: answered.amount, unclear: state !== "succeeded" };
}

function after(deps: ManagerDeps, ms: { min: number; max: number }, name: string, run: () => void): void {
  const { scheduler, trouble, merchantId } = deps;
  scheduler.after(trouble.chance.integer(ms.min, ms.max), { actor: "manager", name, key: merchantId, run });
}

function pause(deps: ManagerDeps, ms: { min: number; max: number }): Promise<void> {
  return new Promise((resolve) => after(deps, ms, "waits", resolve));
}

/** Whoever wants something undone. */
type UndoDeps = Pick<ManagerDeps, "scheduler" | "trouble" | "machine" | "givenBack">;

type Manner =
  | "nothing"
  | "full"
  | "parts"
  | "atOnce"
  | "replay"
  | "otherBody"
  | "tooMuch"
  | "reversal"
  | "reversalWhileUnclear";

/** Most sales stay sold. */
function consider(deps: ManagerDeps, sale: Sale): void {
  const { chance } = deps.trouble;
  const manner: Manner = sale.unclear
    ? chance.weighted({ nothing: 66, reversalWhileUnclear: 16, parts: 8, atOnce: 3, replay: 3, otherBody: 4 })
    : chance.weighted({
        nothing: 47,
        full: 8,
        parts: 8,
        atOnce: 9,
        replay: 6,
        otherBody: 5,
        tooMuch: 12,
        // Where it may be a void: each meets a few of them only.
        reversal: sale.channel === "unionpay" ? 24 : 5,
      });
  const soon = manner === "reversalWhileUnclear" ? { min: 0, max: 20_000 } : thinkMs;
  after(deps, soon, "thinks again", () => void act(deps, sale, manner));
}

async function act(deps: ManagerDeps, sale: Sale, manner: Manner): Promise<void> {
  const { chance, countAt } = deps.trouble;
  const count = (fault: ChannelFault): void => countAt(sale.channel, fault);
  const wish = (name: string, kind: Wish["kind"], amount: number | null): Wish => ({
    ...{ merchantId: deps.merchantId, paymentId: sale.paymentId, kind, amount },
    idempotencyKey: `${name}-${sale.paymentId}`,
  });
  const part = (): number => chance.integer(1, Math.max(1, Math.floor(sale.amount / 2)));
  switch (manner) {
    case "nothing":
      return;
    case "full":
      return void (await askUntilAnswered(deps, wish("full", "refund", null)));
    case "parts":
      await askUntilAnswered(deps, wish("part-1", "refund", part()));
      count("refundInParts");
      await pause(deps, thinkMs);
      await askUntilAnswered(deps, wish("part-2", "refund", part()));
      return void (await askUntilAnswered(deps, wish("rest", "refund", null)));
    case "atOnce": {
      // Together more than was paid: one of them, at least, has to be refused.
      const amount = Math.min(sale.amount, Math.floor(sale.amount / 2) + 1);
      const wishes = ["first", "second", "third"].map((name) => wish(name, "refund", amount));
      const heard = await Promise.all(wishes.map((one) => askUntilAnswered(deps, one)));
      return void (heard.some(isTooMuch) && count("refundsAtOnce"));
    }
    case "replay": {
      const again = wish("replay", "refund", part());
      await askUntilAnswered(deps, again);
      count("refundReplay");
      await pause(deps, thinkMs);
      return void (await askUntilAnswered(deps, again));
    }
    case "otherBody": {
      const first = wish("other", "refund", part());
      await askUntilAnswered(deps, first);
      count("refundKeyWithOtherBody");
      return void (await ask(deps, { ...first, amount: (first.amount ?? 0) + 1 }));
    }
    case "tooMuch":
      return void (
        isTooMuch(await ask(deps, wish("too-much", "refund", sale.amount + 1))) && count("refundTooMuch")
      );
    case "reversal":
    case "reversalWhileUnclear":
      await askUntilAnswered(deps, wish("reversal", "reversal", null));
      return count(manner === "reversal" ? "reversalOfPaid" : manner);
    default:
      return unreachable(manner);
  }
}

function isTooMuch(heard: Heard | null): boolean {
  return heard?.kind === "refused" && heard.code === "refund_exceeds_paid";
}

function askUntilAnswered(deps: ManagerDeps, wish: Wish): Promise<Heard | null> {
  return undo(deps, wish, { role: "merchant", merchantId: wish.merchantId, credentialId });
}

/** Asks, and asks again with the same key as long as it is not known what became of the first time. */
export async function undo(deps: UndoDeps, wish: Wish, principal: Principal): Promise<Heard | null> {
  const { scheduler, trouble } = deps;
  for (let attempt = 0; attempt < 40; attempt += 1) {
    const heard = await askOnce(deps, wish, principal);
    const busy =
      heard.kind === "refused" && (heard.code === "idempotency_key_in_use" || heard.code === "unavailable");
    if (!busy && heard.kind !== "broken" && heard.kind !== "refusedConnection") return heard;
    await new Promise<void>((resolve) => {
      const happening = { actor: "manager", name: "waits", key: wish.merchantId, run: resolve };
      scheduler.after(trouble.chance.integer(retryMs.min, retryMs.max), happening);
    });
  }
  return null;
}

function ask(deps: ManagerDeps, wish: Wish): Promise<Heard> {
  return askOnce(deps, wish, { role: "merchant", merchantId: wish.merchantId, credentialId });
}

async function askOnce(deps: UndoDeps, wish: Wish, principal: Principal): Promise<Heard> {
  const { kind } = wish;
  // Half of them number their refunds themselves.
  const merchantRefundNo = wish.idempotencyKey.length % 2 === 0 ? wish.idempotencyKey : null;
  const rest = { reason: null, merchantRefundNo, managerCode: null };
  const request = { principal, ...wish, ...rest, waitSeconds: deps.trouble.chance.pick([0, 2, 5]) };
  const result = await deps.machine.call(wish.idempotencyKey, ({ payments }) =>
    kind === "refund" ? payments.refunds.create(request) : payments.refunds.reverse(request),
  );
  if (result === "refused") return { kind: "refusedConnection" };
  if (result === "broken") return { kind: "broken" };
  const outcome: GivenBack["outcome"] = result.ok
    ? {
        kind: "answered",
        status: result.value.status,
        body: result.value.body,
        refundId: result.value.refundId,
      }
    : { kind: "refused", code: result.refusal.code };
  deps.givenBack.push({ ...wish, atMs: deps.scheduler.nowMs(), outcome });
  return outcome;
}
