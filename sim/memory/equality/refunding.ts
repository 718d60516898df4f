// Operations on refunds.
import { fen } from "@huiyin/server/kernel/money.ts";
import { at } from "@huiyin/server/modules/payments/fixtures.ts";
import { paidPayment, requested } from "@huiyin/server/modules/payments/refunds/fixtures.ts";
import type { Refund } from "@huiyin/server/modules/payments/refunds/model.ts";
import * as refundResolver from "@huiyin/server/modules/payments/refunds/resolver/store.ts";
import * as refunds from "@huiyin/server/modules/payments/refunds/store.ts";
import type { Operation, Place } from "./operation.ts";
import { paymentAt, versions } from "./paying.ts";

function refundAt(place: Place, number: number, version: number): Refund {
  const { refund } = requested(paidPayment(paymentAt(place, 1, 2)), 100 + number, 10, number + 1);
  const open = {
    ...refund,
    id: place.id("ref", number),
    merchantId: place.merchantId,
    paymentId: place.id("pay", 1),
  };
  if (version === 1) return open;
  const done = {
    state: "succeeded",
    resolution: null,
    feeReturned: fen(1),
    refundedAt: at(20),
    finishedAt: at(20),
  } as const;
  return { ...open, version, ...(number === 0 ? done : { sentBy: at(version), lastSaid: "balanceShort" }) };
}

export const refundingStores = { refunds, refundResolver };

export const refundOperations: readonly Operation[] = [
  {
    name: "insertRefunds",
    run: (tx, place, { a, b }) =>
      refunds.insertRefunds(
        tx,
        [...new Set([a, b])].map((number) => refundAt(place, number, 1)),
      ),
  },
  {
    name: "lockRefunds",
    run: (tx, { merchantId, id }, { a, b }) =>
      refunds.lockRefunds(tx, merchantId, [id("ref", a), id("ref", b)]),
  },
  {
    name: "saveRefunds",
    run: (tx, place, { a, b, c }) => {
      const heldVersion = versions[b] ?? 1;
      const write = {
        refund: refundAt(place, a, heldVersion + 1),
        heldVersion,
        heldLease: c === 0 ? at(40) : null,
      };
      return refunds.saveRefunds(tx, place.merchantId, [write]);
    },
  },
  {
    name: "lockGroupRefunds",
    run: (tx, { merchantId, id }, { a, b }) =>
      refunds.lockGroupRefunds(tx, [
        { merchantId, refundId: id("ref", a) },
        // Of another merchant, who has no such refund.
        { merchantId: id("mer", 1), refundId: id("ref", b) },
      ]),
  },
  {
    name: "saveGroupRefunds",
    run: (tx, place, { a, b, c }) => {
      const heldVersion = versions[c] ?? 1;
      const refund = refundAt(place, a, heldVersion + 1);
      const stranger = { ...refund, merchantId: place.id("mer", 1) };
      return refunds.saveGroupRefunds(tx, [
        { refund: b === 0 ? stranger : refund, heldVersion, heldLease: null },
      ]);
    },
  },
  {
    name: "findRefund",
    run: (tx, { merchantId, id }, { a }) => refunds.findRefund(tx, merchantId, id("ref", a)),
  },
  {
    name: "claimRefundNos",
    run: (tx, place, { a, b, c }) =>
      refunds.claimRefundNos(tx, place.merchantId, [refundNo(place, a, c), refundNo(place, b, c)]),
  },
  {
    name: "releaseRefundNos",
    run: (tx, place, { a, c }) => refunds.releaseRefundNos(tx, place.merchantId, [refundNo(place, a, c)]),
  },
  {
    name: "selectRefundNos",
    run: (tx, { merchantId }, { a, b }) =>
      refunds.selectRefundNos(tx, merchantId, [`BACK-${a}`, `BACK-${b}`]),
  },
  {
    name: "selectDueRefunds",
    run: (tx, { merchantId, id }, { a, b }) => {
      const due = {
        merchantId,
        refundId: id("ref", a),
        channel: "alipay",
        step: "query",
        resolveAt: at(20),
        leaseUntil: null,
      } as const;
      return refundResolver.selectDueRefunds(tx, at(10 * b + 10), {
        limit: 4,
        inHand: a === 0 ? [due] : [],
        full: [],
        passed: [],
        channels: ["alipay"],
      });
    },
  },
  {
    name: "claimQuestion",
    run: (tx, place, { a, b, c }) => refundResolver.claimQuestion(tx, dueRefund(place, a, c), at(40 + b)),
  },
  {
    name: "claimSend",
    run: (tx, place, { a, b, c }) =>
      refundResolver.claimSend(tx, dueRefund(place, a, c), {
        leaseUntil: at(40),
        sentBy: at(30 + b),
        askAt: at(35),
      }),
  },
];

function dueRefund({ merchantId, id }: Place, number: number, lease: number): refundResolver.DueRefund {
  const leaseUntil = lease === 0 ? null : at(40);
  return {
    merchantId,
    refundId: id("ref", number),
    channel: "alipay",
    step: "query",
    resolveAt: at(20),
    leaseUntil,
  };
}

function refundNo({ id }: Place, number: number, refund: number): refunds.RefundNoClaim {
  return { merchantRefundNo: `BACK-${number}`, refundId: id("ref", refund) };
}
