// Delivering: claims what is due, sends it outside any transaction, writes down what came of it. Any process may take any
// delivery; one that dies loses time, not the message, and a message may therefore arrive twice.
import { unreachable } from "../../../kernel/assert.ts";
import { addSeconds } from "../../../kernel/time.ts";
import type { Loop, Loops } from "../../../platform/loops.ts";
import type { Tx } from "../../../platform/pg/pg.ts";
import { openCases } from "../../support/index.ts";
import { decide } from "../decide.ts";
import type { WebhooksDeps } from "../deps.ts";
import { webhookLimits as limits } from "../limits.ts";
import type { AttemptResult, Claimed, Consequence } from "../model.ts";
import { openSecrets } from "../secrets.ts";
import { sendMessage } from "../sending/send.ts";
import { signatureHeaders } from "../sending/signature.ts";
import { lockEndpoint, updateEndpoint } from "../store.ts";
import { claimDue, giveUpWaiting, markFailing, pruneEvents, recordAttempt } from "./store.ts";

export type Deliverer = Readonly<{
  /** Sends everything that is due, until nothing is; how many attempts that took. Safe in any number of processes. */
  deliverDue(): Promise<number>;
  /** Forgets what is older than it is kept; how many events. */
  prune(): Promise<bigint>;
  /** Starts the loops. */
  run(loops: Loops): void;
  /** Resolves when no attempt of this process is under way, and begins no other: before the database is closed. */
  idle(): Promise<void>;
}>;

/** The deliverer of one process, which knows what it has in hand. */
export function createDeliverer(deps: WebhooksDeps): Deliverer {
  const attempts = deps.metrics.counter({
    name: "huiyin_webhook_attempts_total",
    help: "Attempts at webhooks by what came of them",
    labels: ["result"],
  });
  const inFlight = new Map<Claimed, Promise<void>>();
  let stopped: "yes" | "no" = "no";
  let loop: Loop | null = null;

  /** Claims what there is room for and begins to send it. */
  const begin = async (): Promise<number> => {
    const limit = limits.attemptsInFlightMax - inFlight.size;
    if (limit <= 0 || stopped === "yes") return 0;
    const now = deps.world.now();
    const claimed = await deps.pg.transaction((tx) =>
      claimDue(
        tx,
        { now, leaseUntil: addSeconds(now, limits.leaseSeconds) },
        {
          ...{ limit, inFlight: [...inFlight.keys()] },
          failing: limits.attemptsFailingMax - failingAmong([...inFlight.keys()]),
          perMerchant: limits.attemptsPerMerchantMax,
          perEndpoint: limits.attemptsPerEndpointMax,
        },
      ),
    );
    for (const one of claimed) {
      const sent = attemptOne(deps, one)
        .then((result) => attempts.inc({ result: result.problem ?? "delivered" }))
        .catch((error: unknown) => tellFailed(deps, one, error))
        .finally(() => {
          inFlight.delete(one);
          // What there was no room for need not wait for the next round.
          loop?.wake();
        });
      inFlight.set(one, sent);
    }
    return claimed.length;
  };

  const prune = (): Promise<bigint> => {
    const before = addSeconds(deps.world.now(), -limits.keptDays * 86_400);
    return deps.pg.transaction((tx) => pruneEvents(tx, before, limits.pruneBatchMax));
  };

  return {
    prune,
    deliverDue: async () => {
      let count = 0;
      for (let begun = await begin(); begun > 0 || inFlight.size > 0; begun = await begin()) {
        count += begun;
        await Promise.race(inFlight.values());
      }
      return count;
    },
    run(loops) {
      loop = loops.every("webhook deliveries", limits.deliverLoopMs, async (signal) => {
        while (!signal.aborted && (await begin()) > 0);
      });
      loops.every("webhook pruning", limits.pruneLoopMs, async (signal) => {
        while (!signal.aborted && (await prune()) === BigInt(limits.pruneBatchMax));
      });
    },
    idle: async () => {
      stopped = "yes";
      while (inFlight.size > 0) await Promise.all(inFlight.values());
    },
  };
}

/** How many go to endpoints whose last attempt failed. */
function failingAmong(attempts: readonly Claimed[]): number {
  return attempts.filter(({ failingSince }) => failingSince !== null).length;
}

function tellFailed(deps: WebhooksDeps, { merchantId, endpointId, eventId }: Claimed, error: unknown): void {
  deps.log.error(
    { event: "webhook_attempt_failed", merchantId, endpointId, eventId, err: error },
    "an attempt at a webhook was not written down: its lease runs out and it is sent again",
  );
}

async function attemptOne(deps: WebhooksDeps, claimed: Claimed): Promise<AttemptResult> {
  const at = deps.world.now();
  const signed = signatureHeaders(
    { id: claimed.eventId, at, body: claimed.body },
    openSecrets(deps.vault, claimed, claimed.secrets, at),
  );
  const { attemptMsMax, answerBytesMax } = limits;
  const { allowedHosts, resolve } = deps;
  const result = await sendMessage(
    { allowedHosts, attemptMsMax, answerBytesMax, ...(resolve && { resolve }) },
    {
      url: claimed.url,
      headers: { "content-type": "application/json", "user-agent": "huiyin-webhooks", ...signed },
      body: claimed.body,
    },
  );
  const now = deps.world.now();
  const next = decide(claimed, result, { now, chance: deps.world.random() });
  const durationMs = Math.max(0, now.getTime() - at.getTime());
  const attempt = { ...result, id: deps.world.newId("wat"), at, durationMs };
  const moved = await deps.pg.transaction(async (tx) => {
    // Endpoint before delivery, as everybody locks them: two that end together would wait for each other in a circle.
    if (concernsEndpoint(claimed, next)) await lockEndpoint(tx, claimed);
    const recorded = await recordAttempt(tx, claimed, { attempt, next });
    await drawConclusions(deps, tx, claimed, next);
    return recorded;
  });
  tell(deps, claimed, { result, next, moved });
  return result;
}

/** Whether an attempt may change its endpoint; the common case, a success after successes, does not. */
function concernsEndpoint(claimed: Claimed, { disable, failingSince }: Consequence): boolean {
  return disable !== null || failingSince !== null || claimed.failingSince !== null;
}

/** What an attempt means for its endpoint, which is locked where it means anything. */
async function drawConclusions(
  deps: WebhooksDeps,
  tx: Tx,
  claimed: Claimed,
  next: Consequence,
): Promise<void> {
  const { disable } = next;
  switch (disable) {
    case null:
      if (concernsEndpoint(claimed, next)) await markFailing(tx, claimed, next.failingSince);
      return;
    case "failing":
    case "gone":
      return disableByItself(deps, tx, claimed, disable);
    default:
      return unreachable(disable);
  }
}

/** Disables an endpoint, gives up what waits for it, and opens a case, so that somebody is told. */
async function disableByItself(
  deps: WebhooksDeps,
  tx: Tx,
  claimed: Claimed,
  reason: "failing" | "gone",
): Promise<void> {
  const { merchantId, endpointId, eventId } = claimed;
  const locked = await lockEndpoint(tx, claimed);
  // Disabled or deleted meanwhile, or it works again by another delivery.
  if (locked === null || locked.endpoint.state !== "enabled") return;
  const { endpoint, secrets } = locked;
  const at = deps.world.now();
  const disabling = { reason, at, caseSubjectId: eventId };
  await updateEndpoint(tx, { ...endpoint, state: "disabled", disabling }, secrets);
  await giveUpWaiting(tx, claimed);
  const facts = {
    endpointId,
    url: new URL(endpoint.url).origin,
    webhookReason: reason,
    failingSeconds: Math.round((at.getTime() - (endpoint.failingSince ?? at).getTime()) / 1_000),
  };
  const drafts = [
    { merchantId, kind: "webhookDisabled", subjectId: eventId, paymentId: null, facts },
  ] as const;
  await openCases(deps, tx, drafts);
}

function tell(
  deps: WebhooksDeps,
  { merchantId, endpointId, eventId }: Claimed,
  { result, next, moved }: Readonly<{ result: AttemptResult; next: Consequence; moved: "moved" | "lost" }>,
): void {
  const { status, problem } = result;
  const { state, attemptCount, disable } = next;
  const about = { merchantId, endpointId, eventId, status, problem, state, attemptCount, moved };
  deps.log.info({ event: "webhook_attempted", ...about }, "a webhook was attempted");
  if (disable !== null)
    deps.log.warn(
      { event: "webhook_disabled", merchantId, endpointId, reason: disable },
      "an endpoint was disabled",
    );
}
