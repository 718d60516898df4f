// The resolver: asks and undoes on the channel’s timetable until every payment has an outcome or a person. The schedule
// lives in the payment itself, so any process may take any step, and a crash loses time, not money.
import type { ChannelCode } from "@huiyin/contract/words.ts";
import { assert, unreachable } from "../../../kernel/assert.ts";
import { addSeconds } from "../../../kernel/time.ts";
import type { ChannelAccount } from "../../../channels/port.ts";
import { createBatcher } from "../../../platform/batch.ts";
import { channelIo, channelOf, type PaymentsDeps } from "../deps.ts";
import { limits } from "../limits.ts";
import { orderOf, type Command, type Payment } from "../model.ts";
import { accountOfPayment } from "../routing/accounts.ts";
import type { Door } from "../service.ts";
import { createRounds, type Rounds } from "./rounds.ts";
import { claimAll, selectDue, selectMissingChannels, type Claim, type Due } from "./store.ts";

export type ResolverDeps = PaymentsDeps & Readonly<{ door: Door }>;

/** What a step is taken with: claims that come together are made together. */
type StepDeps = ResolverDeps & Readonly<{ claim: (claim: Claim) => Promise<Payment | null> }>;

export type Resolver = Rounds &
  Readonly<{
    /** Takes the step of one payment without waiting for a round, should it be due and nobody hold it. */
    resolveNow(payment: Payment): void;
    /**
     * Asks the channel about an open payment at once, before its turn. “silent”: it gave no answer that says anything, or
     * somebody else is asking.
     */
    ask(payment: Payment): Promise<"said" | "silent">;
  }>;

/** The resolver of one process, which knows what it has in hand. */
export function createResolver(around: ResolverDeps): Resolver {
  const deps = { ...around, claim: claimer(around) };
  const channels = [...deps.channels.keys()];
  const tellOfMissing = missingTeller(deps, channels);
  const failed = ({ merchantId, paymentId }: Due, error: unknown): void =>
    deps.log.error(
      { event: "resolver_step_failed", merchantId, paymentId, err: error },
      "a step of the resolver failed",
    );
  const rounds = createRounds<Due>({
    select: async (room) => {
      await tellOfMissing();
      return selectDue(deps.pg.batch, deps.world.now(), { ...room, channels });
    },
    take: (due) => resolveOne(deps, due),
    failed,
  });
  const alone = new Set<Promise<void>>();
  return {
    resolveDue: rounds.resolveDue,
    resolveNow: ({ merchantId, id: paymentId, channel, resolution }) => {
      if (resolution === null) return;
      const { step, at: resolveAt } = resolution;
      const due = { merchantId, paymentId, channel, step, resolveAt, leaseUntil: null };
      const taken = resolveOne(deps, due).catch((error: unknown) => failed(due, error));
      alone.add(taken);
      void taken.then(() => alone.delete(taken));
    },
    ask: async (payment) => {
      const asking = askOne(deps, payment);
      const settled = asking.then(
        () => undefined,
        () => undefined,
      );
      alone.add(settled);
      void settled.then(() => alone.delete(settled));
      return asking;
    },
    idle: async () => {
      await rounds.idle();
      while (alone.size > 0) await Promise.all(alone);
    },
  };
}

/**
 * Claims of one process, many in a transaction. A claim whose COMMIT is in doubt is nobody’s: where it happened, its lease
 * runs out.
 */
function claimer({ pg, batchTiming }: ResolverDeps): StepDeps["claim"] {
  const batcher = createBatcher<Claim, Payment | null>({
    run: (claims) =>
      pg.transaction(
        (tx) => claimAll(tx, claims),
        claims.map(({ due }) => due.merchantId),
      ),
    ...(batchTiming && { timing: batchTiming }),
  });
  return batcher.submit;
}

/** Looks now and then whether payments or refunds wait for a channel that is not installed here, and says so once. */
function missingTeller(deps: ResolverDeps, channels: readonly ChannelCode[]): () => Promise<void> {
  const told = new Set<string>();
  let nextLook = deps.world.now();
  return async () => {
    const now = deps.world.now();
    if (now < nextLook) return;
    nextLook = addSeconds(now, limits.missingChannelLookSeconds);
    for (const channel of await selectMissingChannels(deps.pg.batch, channels)) {
      if (told.has(channel)) continue;
      told.add(channel);
      deps.log.error(
        { event: "channel_not_installed", channel },
        "payments or refunds wait for a channel that is not installed here: another process has to ask it",
      );
    }
  };
}

/** Takes one payment’s step, and those that follow it without a pause: the cancel after the last query, above all. */
async function resolveOne(deps: StepDeps, due: Due): Promise<void> {
  let next: Due | null = due;
  for (let step = 0; next !== null && step < limits.stepsPerClaimMax; step += 1)
    next = await takeStep(deps, next);
}

/** One step: claim, call the channel outside any transaction, hand in what it said. Returns what is due at once after it. */
async function takeStep(deps: StepDeps, due: Due): Promise<Due | null> {
  const leaseUntil = leaseOf(deps, due);
  const payment = await deps.claim({ due, leaseUntil });
  // Somebody else was faster: a callback settled it, or another process holds it.
  if (payment === null || payment.resolution === null) return null;
  const { merchantId, id: paymentId, channel } = payment;
  const account = await accountOfPayment(deps, { merchantId, channel, paymentId });
  assert(account !== null, `${paymentId}: its merchant has no account at ${channel} any more`);
  if (payment.resolution.step === "cancel" && !mayStillCancel(deps, channel, leaseUntil)) {
    deps.log.warn(
      { event: "cancel_not_sent", merchantId, paymentId },
      "the claim of a payment was too old for its cancel to be sent; it is cancelled once the claim is over",
    );
    return null;
  }
  const command = await callChannel(deps, payment, account);
  const applied = await deps.door({ merchantId, paymentId, channel, command, lease: leaseUntil });
  const resolution = applied?.after.resolution ?? null;
  if (resolution === null || resolution.at > deps.world.now()) return null;
  const { step, at: resolveAt } = resolution;
  return { merchantId, paymentId, channel, step, resolveAt, leaseUntil: null };
}

/**
 * Until when a step keeps everybody else from its payment. A question may be asked twice at once, and a close made twice:
 * it gives nothing back. A cancel may not: what is asked beside it could say “paid” of money that it is about to give back, so it is held until nothing of it can still
 * be on its way.
 */
function leaseOf(deps: ResolverDeps, { channel, step }: Pick<Due, "channel" | "step">): Date {
  const seconds =
    step === "cancel" ? replyTimeoutSeconds(deps, channel) + limits.undoGraceSeconds : limits.askLeaseSeconds;
  return addSeconds(deps.world.now(), seconds);
}

/**
 * Whether the answer to a cancel that is sent now comes, or is given up, while the payment is still held. This process may
 * have stood still since its claim, or waited for the database.
 */
function mayStillCancel(deps: ResolverDeps, channel: ChannelCode, leaseUntil: Date): boolean {
  return addSeconds(deps.world.now(), replyTimeoutSeconds(deps, channel)) <= leaseUntil;
}

function replyTimeoutSeconds(deps: ResolverDeps, channel: ChannelCode): number {
  return channelOf(deps, channel).manifest.timetable.replyTimeoutMs / 1_000;
}

/** A question out of turn. What the channel says goes through the door as always. */
async function askOne(deps: StepDeps, payment: Payment): Promise<"said" | "silent"> {
  const { merchantId, id: paymentId, channel, resolution } = payment;
  if (resolution?.step !== "query") return "silent";
  const { step, at: resolveAt } = resolution;
  const due = { merchantId, paymentId, channel, step, resolveAt, leaseUntil: null };
  const leaseUntil = leaseOf(deps, due);
  const claimed = await deps.claim({ due, leaseUntil });
  const account = claimed && (await accountOfPayment(deps, { merchantId, channel, paymentId }));
  if (claimed === null || account === null) return "silent";
  const command = await callChannel(deps, claimed, account);
  await deps.door({ merchantId, paymentId, channel, command, lease: leaseUntil });
  return command.kind === "queryAnswered" && command.reply.outcome.kind !== "unknown" ? "said" : "silent";
}

async function callChannel(deps: ResolverDeps, payment: Payment, account: ChannelAccount): Promise<Command> {
  const channel = channelOf(deps, payment.channel);
  const step = payment.resolution?.step;
  assert(step !== undefined, `${payment.id}: claimed without a step`);
  switch (step) {
    case "query":
      return {
        kind: "queryAnswered",
        reply: await channel.query(channelIo(deps), account, orderOf(payment)),
      };
    case "cancel":
      return {
        kind: "cancelAnswered",
        reply: await channel.cancel(channelIo(deps), account, orderOf(payment)),
      };
    case "close":
      return {
        kind: "closeAnswered",
        reply: await channel.close(channelIo(deps), account, orderOf(payment)),
      };
    default:
      return unreachable(step);
  }
}
