// A payment stays with the account that was chosen for it: queries, cancels, refunds and callbacks go there and nowhere else.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Channel, ChannelAccount } from "../../../channels/port.ts";
import { formCallback } from "../../../channels/testing/callbacks.ts";
import { refuse, success } from "../../../kernel/result.ts";
import type { PaymentsDeps } from "../deps.ts";
import type { Payments } from "../payments.ts";
import { readPayment, readTimeline } from "../reading/service.ts";
import {
  freshCode,
  merchantId,
  merchantPrincipal,
  operatorPrincipal,
  paymentsBench,
  type PaymentsBench,
} from "../testing.ts";

const accounts = { main: { no: "1" }, provider: { no: "2" } } as const;

let bench: PaymentsBench;
before(async () => {
  bench = await paymentsBench();
});
after(() => bench[Symbol.asyncDispose]());

type Routed = Readonly<{
  payments: Payments;
  /** Every call to the channel with the account it was made with, "charge 2". */
  calls: string[];
  /** What the router says next. */
  router: { next: "main" | "provider" | "none" };
  /** The account whose keys the next callback is signed with; null where both believe it. */
  signing: { account: ChannelAccount | null };
}>;

/** The module over a router that does what it is told, and a channel that says which account it was called with. */
function routed(): Routed {
  const calls: string[] = [];
  const router: Routed["router"] = { next: "main" };
  const signing: Routed["signing"] = { account: accounts.main };
  const kept = new Map<string, ChannelAccount>();
  const routing: NonNullable<PaymentsDeps["routing"]> = {
    choose: async () =>
      router.next === "none"
        ? refuse("channel_in_maintenance", {
            channelZh: "",
            channelEn: "",
            until: "",
            insteadZh: "",
            insteadEn: "",
          })
        : success({
            route: router.next,
            account: accounts[router.next],
            version: 1,
            reasons: [{ code: "onlyAccount" }],
          }),
    record: async (_tx, rows) => {
      for (const { paymentId, route } of rows)
        kept.set(paymentId, route === "provider" ? accounts.provider : accounts.main);
    },
    accountOf: async (_merchantId, _channel, paymentId) => kept.get(paymentId) ?? accounts.main,
    accountsAt: async () => [accounts.main, accounts.provider],
  };
  const { channel } = bench;
  const noting =
    <Request, Answer>(
      name: string,
      call: (io: never, account: ChannelAccount, request: Request) => Promise<Answer>,
    ) =>
    (io: never, account: ChannelAccount, request: Request): Promise<Answer> => {
      calls.push(`${name} ${account["no"]}`);
      return call.call(channel, io, account, request);
    };
  const watched = Object.assign(Object.create(channel) as Channel, {
    charge: noting("charge", channel.charge),
    query: noting("query", channel.query),
    cancel: noting("cancel", channel.cancel),
    refund: noting("refund", channel.refund),
    readCallback: async (account: ChannelAccount, callback: never) =>
      signing.account === null || account === signing.account
        ? channel.readCallback(account, callback)
        : { kind: "forged", problem: "bad signature", redacted: {} },
  });
  const channels = new Map([["alipay", watched]]) as PaymentsDeps["channels"];
  return { payments: bench.another({ routing, channels }), calls, router, signing };
}

let codes = 900;
async function pay({ payments }: Routed, waitSeconds = 5) {
  codes += 1;
  const answer = await payments.create({
    principal: merchantPrincipal,
    idempotencyKey: `routed-${codes}`,
    body: { amount: 12_500, payerCode: freshCode(codes) },
    waitSeconds,
  });
  await payments.idle();
  return answer;
}

const stateOf = async (paymentId: string): Promise<string> => {
  const found = await readPayment(bench.db, operatorPrincipal, paymentId);
  assert.ok(found.ok);
  return found.value.state;
};

test("an unclear charge is asked about where it went, even when the router would choose another by then", async () => {
  const made = routed();
  made.router.next = "provider";
  bench.channel.chargePlan = ["replyLost"];
  const answer = await pay(made, 0);
  assert.ok(answer.ok);
  made.router.next = "main";
  for (let second = 0; second < 10; second += 1) {
    bench.clock.advance(1);
    await made.payments.resolveDue(64);
  }
  assert.equal(await stateOf(answer.value.paymentId), "succeeded");
  assert.deepEqual(made.calls, ["charge 2", "query 2"], "charged once, by one account");

  const refund = await made.payments.refunds.create({
    ...{ principal: merchantPrincipal, idempotencyKey: "routed-refund", paymentId: answer.value.paymentId },
    ...{ amount: null, reason: null, merchantRefundNo: null, managerCode: null, waitSeconds: 5 },
  });
  assert.ok(refund.ok);
  assert.deepEqual(made.calls.slice(2), ["refund 2"]);
});

test("why an account was chosen stands in the first line of the timeline", async () => {
  const made = routed();
  made.router.next = "provider";
  const answer = await pay(made);
  assert.ok(answer.ok);
  const lines = await readTimeline(bench.db, operatorPrincipal, answer.value.paymentId);
  assert.ok(lines.ok);
  assert.deepEqual(lines.value[0]?.data["route"], { name: "provider", reasons: [{ code: "onlyAccount" }] });
});

test("where no account can serve nothing is sent and nothing is written", async () => {
  const made = routed();
  made.router.next = "none";
  const answer = await pay(made);
  assert.equal(answer.ok ? "" : answer.refusal.code, "channel_in_maintenance");
  assert.deepEqual(made.calls, []);
});

test("a callback signed for another account of the same merchant proves nothing", async () => {
  const made = routed();
  made.router.next = "provider";
  bench.channel.chargePlan = ["replyLost"];
  const answer = await pay(made, 0);
  assert.ok(answer.ok);
  const { paymentId } = answer.value;
  const found = await readPayment(bench.db, operatorPrincipal, paymentId);
  assert.ok(found.ok);
  const form = new Map(Object.entries({ order: found.value.channelOrderNo, sign: "good" }));
  const tell = async () =>
    (await made.payments.receiveCallback("alipay", merchantId, formCallback(form)))?.body;
  const before = await tell();
  assert.equal(await stateOf(paymentId), "processing", "the first account speaks of a payment of the second");
  made.signing.account = accounts.provider;
  const genuine = await tell();
  assert.equal(await stateOf(paymentId), "succeeded");
  assert.notEqual(before, genuine);
});

test("a callback that two accounts believe is of the one that was chosen: one app may act for two shops", async () => {
  const made = routed();
  made.router.next = "provider";
  bench.channel.chargePlan = ["replyLost"];
  const answer = await pay(made, 0);
  assert.ok(answer.ok);
  const { paymentId } = answer.value;
  const found = await readPayment(bench.db, operatorPrincipal, paymentId);
  assert.ok(found.ok);
  made.signing.account = null;
  const form = new Map(Object.entries({ order: found.value.channelOrderNo, sign: "good" }));
  await made.payments.receiveCallback("alipay", merchantId, formCallback(form));
  assert.equal(await stateOf(paymentId), "succeeded");
});
