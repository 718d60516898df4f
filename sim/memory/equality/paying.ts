// Operations on payments, keys and refunds, each a function of a store with arguments from a small pool, so that they
// meet each other: the same key twice, a version that has gone, a payment that is not there.
import { at, payment } from "@huiyin/server/modules/payments/fixtures.ts";
import * as intake from "@huiyin/server/modules/payments/intake/store.ts";
import type { Payment } from "@huiyin/server/modules/payments/model.ts";
import { paidPayment } from "@huiyin/server/modules/payments/refunds/fixtures.ts";
import * as resolver from "@huiyin/server/modules/payments/resolver/store.ts";
import * as payments from "@huiyin/server/modules/payments/store.ts";
import { fen } from "@huiyin/server/kernel/money.ts";
import type { Operation, Place } from "./operation.ts";

/** The payment of this number as it would be at this version; odd numbers are paid. */
export function paymentAt({ id, merchantId }: Place, number: number, version: number): Payment {
  const own = {
    ...{ id: id("pay", number), merchantId, idempotencyKey: `key-${number}` },
    channelOrderNo: `1000000100000000000000000000000${number}`,
    merchantOrderNo: number === 0 ? null : `ORDER-${number}`,
    terminalId: number === 2 ? id("trm", 0) : null,
  };
  if (version === 1) return { ...payment(own), subject: number === 1 ? "收款 \u0000 \ud800" : "收款" };
  const paid = paidPayment({ ...own, version });
  const back = fen(version * 10);
  return number === 1 ? { ...paid, refunds: back, refunded: back } : { ...payment(own), version };
}

export const versions = [1, 2, 3] as const;

export const payingStores = { payments, intake, resolver };

const paymentOperations: readonly Operation[] = [
  {
    name: "insertPayments",
    run: (tx, place, { a, b }) =>
      payments.insertPayments(
        tx,
        [...new Set([a, b])].map((number) => paymentAt(place, number, 1)),
      ),
  },
  {
    name: "insertPayments",
    // Refused by the table itself.
    run: (tx, place, { a }) => payments.insertPayments(tx, [{ ...paymentAt(place, a, 1), amount: fen(0) }]),
  },
  {
    name: "lockPayments",
    run: (tx, { merchantId, id }, { a, b }) =>
      payments.lockPayments(tx, merchantId, [id("pay", a), id("pay", b)]),
  },
  {
    name: "savePayments",
    run: (tx, place, { a, b, c }) => {
      const heldVersion = versions[b] ?? 1;
      const write = {
        payment: paymentAt(place, a, heldVersion + 1),
        heldVersion,
        heldLease: c === 0 ? at(40) : null,
      };
      return payments.savePayments(tx, place.merchantId, [write]);
    },
  },
  {
    name: "lockGroupPayments",
    run: (tx, { merchantId, id }, { a, b }) =>
      payments.lockGroupPayments(tx, [
        { merchantId, paymentId: id("pay", a) },
        // Of another merchant, who has no such payment.
        { merchantId: id("mer", 1), paymentId: id("pay", b) },
      ]),
  },
  {
    name: "saveGroupPayments",
    run: (tx, place, { a, b, c }) => {
      const heldVersion = versions[c] ?? 1;
      const payment = paymentAt(place, a, heldVersion + 1);
      const stranger = { ...payment, merchantId: place.id("mer", 1) };
      const written = (b === 0 ? [stranger] : [payment]).map((one) => ({
        ...{ payment: one, heldVersion, heldLease: null },
      }));
      return payments.saveGroupPayments(tx, written);
    },
  },
  {
    name: "appendEvents",
    run: (tx, { merchantId, id }, { a, b, c }) => {
      const entry = {
        id: id("evt", c),
        at: at(c),
        kind: "created",
        direction: null,
        data: { text: "\u0000", nested: [null, { b }] },
      };
      const row = { merchantId, paymentId: id("pay", a), version: versions[b] ?? 1, entries: [entry] };
      return payments.appendEvents(tx, [row as unknown as payments.EventRow]);
    },
  },
  {
    name: "findPayment",
    run: (tx, { merchantId, id }, { a }) => payments.findPayment(tx, merchantId, id("pay", a)),
  },
  {
    name: "selectDue",
    run: (tx, { merchantId, id }, { a, b }) => {
      const due = {
        merchantId,
        paymentId: id("pay", a),
        channel: "alipay",
        step: "query",
        resolveAt: at(5),
        leaseUntil: null,
      } as const;
      return resolver.selectDue(tx, at(3 + 2 * b), {
        limit: 4,
        inHand: a === 0 ? [due] : [],
        full: b === 0 ? [merchantId] : [],
        passed: [],
        channels: ["alipay"],
      });
    },
  },
  {
    name: "selectMissingChannels",
    run: (tx, _place, { a }) => resolver.selectMissingChannels(tx, a === 0 ? ["alipay"] : ["wechat"]),
  },
  {
    name: "claimAll",
    run: (tx, { merchantId, id }, { a, b, c }) => {
      const claims = [a, a + 1].map((number) => ({
        due: {
          merchantId,
          paymentId: id("pay", number),
          channel: "alipay",
          step: a === 0 ? "cancel" : "query",
          resolveAt: at(b === 0 ? 5 : 10),
          leaseUntil: c === 0 ? null : at(40),
        } as const,
        leaseUntil: at(40 + number),
      }));
      return resolver.claimAll(tx, claims);
    },
  },
];

const keyOperations: readonly Operation[] = [
  {
    name: "claimKeys",
    run: (tx, place, { a, b, c }) =>
      intake.claimKeys(
        tx,
        place.merchantId,
        [a, b].map((number) => keyClaim(place, number, c)),
        at(c),
      ),
  },
  {
    name: "selectKeys",
    run: (tx, { merchantId }, { a, b }) => intake.selectKeys(tx, merchantId, [`key-${a}`, `key-${b}`]),
  },
  {
    name: "claimGroupKeys",
    run: (tx, place, { a, b, c }) => intake.claimGroupKeys(tx, keysOfTwo(place, [a, b], c), at(c)),
  },
  {
    name: "selectGroupKeys",
    run: (tx, place, { a, b, c }) => intake.selectGroupKeys(tx, keysOfTwo(place, [a, b], c)),
  },
  {
    name: "storeGroupAnswers",
    run: (tx, place, { a, b, c }) => {
      const answer = { status: 202, body: `body ${c}` } as const;
      return intake.storeGroupAnswers(
        tx,
        keysOfTwo(place, [a, b], c).map((one) => ({ ...one, answer })),
      );
    },
  },
  {
    name: "releaseGroupKeys",
    run: (tx, place, { a, b, c }) => intake.releaseGroupKeys(tx, keysOfTwo(place, [a, b], c)),
  },
  { name: "lockKey", run: (tx, { merchantId }, { a }) => intake.lockKey(tx, merchantId, `key-${a}`) },
  {
    name: "storeAnswers",
    run: (tx, { merchantId }, { a, b, c }) => {
      const answers = [...new Set([a, b])].map((number) => ({
        key: `key-${number}`,
        answer: { status: 201, body: `body ${c}` } as const,
      }));
      return intake.storeAnswers(tx, merchantId, answers);
    },
  },
  {
    name: "releaseKeys",
    run: (tx, place, { a, c }) => intake.releaseKeys(tx, place.merchantId, [keyClaim(place, a, c)]),
  },
  {
    name: "claimOrderNos",
    run: (tx, place, { a, b, c }) => intake.claimOrderNos(tx, [orderNo(place, a, c), orderNo(place, b, c)]),
  },
  {
    name: "releaseOrderNos",
    run: (tx, place, { a, c }) => intake.releaseOrderNos(tx, [orderNo(place, a, c)]),
  },
  {
    name: "selectOrderNos",
    run: (tx, { merchantId }, { a, b }) =>
      intake.selectOrderNos(
        tx,
        [a, b].map((number) => ({ merchantId, merchantOrderNo: `ORDER-${number}` })),
      ),
  },
  {
    name: "claimPayerCodes",
    run: (tx, { merchantId, id }, { a, b, c }) => {
      const claims = [...new Set([a, b])].map((number) => ({
        merchantId,
        codeHash: codeHash(number),
        paymentId: id("pay", c),
      }));
      return intake.claimPayerCodes(tx, claims, { now: at(c), takenSince: at(c - 1) });
    },
  },
  {
    name: "selectPayerCodes",
    run: (tx, { merchantId }, { a, b }) =>
      intake.selectPayerCodes(
        tx,
        [a, b].map((number) => ({ merchantId, codeHash: codeHash(number) })),
      ),
  },
  { name: "deletePayerCodes", run: (tx, _place, { a }) => intake.deletePayerCodes(tx, at(a)) },
];

export const payingOperations = { paymentOperations, keyOperations };

function codeHash(number: number): Buffer {
  return Buffer.alloc(32, number + 1);
}

function keyClaim({ id }: Place, number: number, refund: number): intake.KeyClaim {
  const refundId = refund === 2 ? id("ref", 0) : null;
  return {
    key: `key-${number}`,
    fingerprint: codeHash(number),
    paymentId: id("pay", number),
    refundId,
    runningUntil: at(60),
  };
}

/** The first of this merchant, the second of another. */
function keysOfTwo(place: Place, [a, b]: readonly [number, number], refund: number) {
  const other = place.id("mer", 1);
  return [
    { merchantId: place.merchantId, ...keyClaim(place, a, refund) },
    { merchantId: other, ...keyClaim(place, b, refund) },
  ];
}

function orderNo({ merchantId, id }: Place, number: number, payment: number): intake.OrderNoClaim {
  return { merchantId, merchantOrderNo: `ORDER-${number}`, paymentId: id("pay", payment) };
}
