// The payments module put together: one door, and everything that goes through it.
import type { ChannelCode } from "@huiyin/contract/words.ts";
import { addSeconds } from "../../kernel/time.ts";
import type { Result } from "../../kernel/result.ts";
import type { Loops } from "../../platform/loops.ts";
import type { Principal } from "../../platform/principal.ts";
import type { CallbackAnswer, CallbackRequest } from "../../channels/port.ts";
import { createAnswerBoard } from "./answers.ts";
import { createCallbacks } from "./callbacks/service.ts";
import type { PaymentsDeps } from "./deps.ts";
import type { Answer, PaymentRequest } from "./intake/request.ts";
import { createIntake } from "./intake/service.ts";
import { deletePayerCodes } from "./intake/store.ts";
import { limits } from "./limits.ts";
import type { Payment } from "./model.ts";
import { createResolver } from "./resolver/service.ts";
import { createRefunds, type Refunds } from "./refunds/refunds.ts";
import type { RefundListener } from "./refunds/service.ts";
import { decideReview, type ReviewVerdict } from "./review.ts";
import { createDoor, type Applied, type Listener } from "./service.ts";

export type Payments = Readonly<{
  /** Creates a payment, or repeats the answer that its idempotency key has. */
  create(request: PaymentRequest): Promise<Result<Answer>>;
  /** Has a code made that is shown to the payer, or repeats the answer that its idempotency key has. */
  createCode(request: PaymentRequest): Promise<Result<Answer>>;
  /**
   * Takes the steps that are due, at most `limit` payments; returns how many were, when their steps are done. May be called
   * again before that. The loop and the simulation call it.
   */
  resolveDue(limit: number): Promise<number>;
  /** Asks the channel about an open payment at once; “silent” where nothing is known by it. */
  ask(payment: Payment): Promise<"said" | "silent">;
  /** Handles a callback; null where no such channel is installed. */
  receiveCallback(
    channel: ChannelCode,
    merchantId: string,
    callback: CallbackRequest,
  ): Promise<CallbackAnswer | null>;
  /** A person decides a payment in review. */
  decideReview(
    principal: Extract<Principal, { role: "operator" }>,
    paymentId: string,
    verdict: ReviewVerdict,
  ): Promise<Result<Payment>>;
  /** Refunds and reversals by hand. */
  refunds: Refunds;
  /** Resolves when no charge, no refund and no step of the resolver of this process is on its way: to be awaited before the database is closed. */
  idle(): Promise<void>;
  /** Forgets payer codes whose time is over; returns how many. */
  forgetPayerCodes(): Promise<bigint>;
}>;

/** The module of one process. The listeners are told of every change that this process makes, after its commit. */
export function createPayments(
  deps: PaymentsDeps,
  listener: Listener = () => undefined,
  refundListener: RefundListener = () => undefined,
): Payments {
  const board = createAnswerBoard<Applied>();
  const attempts = deps.metrics.counter({
    name: "huiyin_payment_attempts_total",
    help: "Payments that came into a state",
    labels: ["channel", "result"],
  });
  const door = createDoor(deps, (applied) => {
    const { before, after } = applied;
    if (before.state !== after.state) attempts.inc({ channel: after.channel, result: after.state });
    if (after.state !== "processing") board.tell(after.id, applied);
    listener(applied);
  });
  const intake = createIntake(deps, door, board);
  const resolver = createResolver({ ...deps, door });
  const refunds = createRefunds(deps, { door, board, resolver, listener: refundListener });
  const callbacks = createCallbacks(deps, door, refunds);
  return {
    refunds,
    create: intake.create,
    createCode: intake.createCode,
    idle: async () => {
      await Promise.all([intake.idle(), resolver.idle(), refunds.idle()]);
    },
    receiveCallback: callbacks.receive,
    resolveDue: resolver.resolveDue,
    ask: resolver.ask,
    decideReview: (principal, paymentId, verdict) =>
      decideReview({ ...deps, door }, principal, paymentId, verdict),
    forgetPayerCodes: () => {
      const usedBefore = addSeconds(deps.world.now(), -limits.payerCodeKeptSeconds);
      return deps.pg.transaction((tx) => deletePayerCodes(tx, usedBefore));
    },
  };
}

/** Starts the repeating work: the resolvers of payments and refunds, and the forgetting of payer codes. */
export function runPayments(deps: { loops: Loops }, payments: Payments): void {
  deps.loops.every("payment resolver", limits.resolveLoopMs, roundsWithoutWaiting(payments.resolveDue));
  deps.loops.every(
    "refund resolver",
    limits.resolveLoopMs,
    roundsWithoutWaiting(payments.refunds.resolveDue),
  );
  deps.loops.every("payer codes", limits.payerCodeLoopMs, async () => {
    await payments.forgetPayerCodes();
  });
}

/** One round of a loop: begins to take what is due, and does not wait for it, as steps that hang would delay everybody else’s. */
function roundsWithoutWaiting(
  resolveDue: (limit: number) => Promise<number>,
): (signal: AbortSignal) => Promise<void> {
  const calls = new Set<Promise<void>>();
  const failures: Error[] = [];
  const resolve = async (signal: AbortSignal): Promise<void> => {
    // A full batch means that more is waiting.
    while (!signal.aborted && (await resolveDue(limits.resolveBatchMax)) === limits.resolveBatchMax);
  };
  return async (signal) => {
    if (calls.size < limits.resolveCallsMax) {
      const call = resolve(signal).catch((error: unknown) => {
        failures.push(error instanceof Error ? error : new Error(String(error)));
      });
      calls.add(call);
      void call.then(() => calls.delete(call));
    }
    // What failed since the last round is the loop’s to log.
    const failure = failures.shift();
    if (failure !== undefined) throw failure;
  };
}
