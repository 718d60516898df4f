// Refunds put together: one door, and everything that goes through it.
import { createAnswerBoard, type AnswerBoard } from "../answers.ts";
import type { Result } from "../../../kernel/result.ts";
import type { Principal } from "../../../platform/principal.ts";
import type { PaymentsDeps } from "../deps.ts";
import type { AcceptedCallback } from "../model.ts";
import type { Resolver } from "../resolver/service.ts";
import type { Applied, Door } from "../service.ts";
import type { GiveBackAnswer } from "./answering/service.ts";
import { createGiveBack } from "./giveBack.ts";
import type { Refund } from "./model.ts";
import type { GiveBackRequest } from "./request.ts";
import { createRefundResolver } from "./resolver/service.ts";
import { reverse } from "./reversal.ts";
import { decideRefundReview, type RefundVerdict } from "./review.ts";
import {
  createRefundDoor,
  type RefundApplication,
  type RefundApplied,
  type RefundListener,
} from "./service.ts";
import { isAnswerable } from "./view.ts";

/** A request to refund: part of a payment, or all that is left where `amount` is null. */
export type RefundRequest = Omit<GiveBackRequest, "kind">;
export type ReversalRequest = Omit<GiveBackRequest, "kind" | "amount" | "merchantRefundNo">;

/** What the channel sent about a refund, verified and not believed. */
export type RefundNotice = Omit<RefundApplication, "command" | "lease"> &
  Readonly<{ callback: AcceptedCallback; receivedAt: Date }>;

export type Refunds = Readonly<{
  /** Gives money back, or repeats the answer that its idempotency key has. */
  create(request: RefundRequest): Promise<Result<GiveBackAnswer>>;
  /** Undoes a payment: cancelled while its outcome is unclear, what is left of it refunded once it succeeded. */
  reverse(request: ReversalRequest): Promise<Result<GiveBackAnswer>>;
  /**
   * Takes the steps of refunds that are due, at most `limit`; returns how many were, when their steps are done. May be
   * called again before that. The loop and the simulation call it.
   */
  resolveDue(limit: number): Promise<number>;
  /** A person decides a refund in review. */
  decideReview(
    principal: Extract<Principal, { role: "operator" }>,
    refundId: string,
    verdict: RefundVerdict,
  ): Promise<Result<Refund>>;
  /** A notification about a refund: the channel is asked about it at once. Null where the merchant has no such refund. */
  notified(notice: RefundNotice): Promise<RefundApplied | null>;
  /** Resolves when no send and no step of the resolver of this process is on its way. */
  idle(): Promise<void>;
}>;

/** What refunds need of the payments of the same process. */
export type Beside = Readonly<{
  door: Door;
  board: AnswerBoard<Applied>;
  resolver: Pick<Resolver, "resolveNow">;
  /** Told of every change of a refund that this process makes, after its commit. */
  listener: RefundListener;
}>;

/** The refunds of one process. */
export function createRefunds(deps: PaymentsDeps, beside: Beside): Refunds {
  const board = createAnswerBoard<RefundApplied>();
  const counter = deps.metrics.counter({
    name: "huiyin_refunds_total",
    help: "Refunds that came to an end",
    labels: ["channel", "result"],
  });
  const door = createRefundDoor(deps, (applied) => {
    const { before, after } = applied;
    const { id, state, channel } = after.refund;
    if (before.refund.state !== state) counter.inc({ channel, result: state });
    if (isAnswerable(after.refund)) board.tell(id, applied);
    beside.listener(applied);
  });
  const giveBack = createGiveBack(deps, door, board);
  const resolver = createRefundResolver({ ...deps, door });
  return {
    notified: ({ callback, receivedAt, ...address }) =>
      door({ ...address, command: { kind: "callbackReceived", callback, receivedAt } }),
    create: (request) => giveBack.create({ ...request, kind: "refund" }),
    reverse: (request) =>
      reverse(
        { deps, door: beside.door, board: beside.board, resolver: beside.resolver, giveBack },
        { ...request, kind: "reversal", amount: null, merchantRefundNo: null },
      ),
    resolveDue: resolver.resolveDue,
    decideReview: (principal, refundId, verdict) =>
      decideRefundReview({ ...deps, door }, principal, refundId, verdict),
    idle: async () => {
      await Promise.all([giveBack.idle(), resolver.idle()]);
    },
  };
}
