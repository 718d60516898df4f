// Callbacks by the hundred thousand, in virtual time, at the real service on the store in memory: what is true is
// believed, what is not changes nothing.
import "../oneThread.ts";
import { AsyncLocalStorage } from "node:async_hooks";
import type { ChannelCode } from "@huiyin/contract/words.ts";
import { alipay } from "@huiyin/server/channels/alipay/client.ts";
import type { Channel, ChannelAccount } from "@huiyin/server/channels/port.ts";
import { unionpay } from "@huiyin/server/channels/unionpay/client.ts";
import { wechat } from "@huiyin/server/channels/wechat/client.ts";
import { fen } from "@huiyin/server/kernel/money.ts";
import { idOf, uuidOf, uuidV7 } from "@huiyin/server/kernel/ids.ts";
import { verifyLedger } from "@huiyin/server/modules/ledger/index.ts";
import { createPayments, type PaymentsDeps } from "@huiyin/server/modules/payments/index.ts";
import { payment } from "@huiyin/server/modules/payments/fixtures.ts";
import type { Payment } from "@huiyin/server/modules/payments/model.ts";
import { appendEvents, insertPayments } from "@huiyin/server/modules/payments/store.ts";
import { createLog } from "@huiyin/server/platform/log.ts";
import { createMemoryStore, type MemoryStore } from "../memory/store.ts";
import { createChance } from "../random.ts";
import { alipaySender, unionpaySender, wechatV2Sender, wechatV3Sender, type Sender } from "./senders.ts";
import { merchantNumber, trafficOf, type Arrival, type Subject } from "./traffic.ts";

export type CallbackReport = Readonly<{
  /** By network, by kind and by what became of it. */
  counts: Readonly<Record<string, number>>;
  payments: number;
  /** What must not be. */
  violations: readonly string[];
}>;

/** Payments of one store; so many callbacks that everything stays small. */
const chapterSize = 10_000;
const atOnce = 8;
const startMs = Date.parse("2026-11-22T02:00:00Z");

export type CallbackOptions = Readonly<{
  seed: number;
  callbacks: number;
  /** Which part of the chapters is run here, of how many; all of them where absent. */
  part?: Readonly<{ index: number; of: number }>;
}>;

/** Sends so many callbacks; the same seed sends the same. `told` hears of each chapter that has been judged. */
export async function runCallbacks(
  options: CallbackOptions,
  told: (chapter: string) => void = () => undefined,
): Promise<CallbackReport> {
  const { index, of } = options.part ?? { index: 0, of: 1 };
  const senders = [alipaySender(), wechatV2Sender(), wechatV3Sender(), unionpaySender()];
  const counts: Record<string, number> = {};
  const violations: string[] = [];
  let payments = 0;
  for (let done = 0, chapter = 0; done < options.callbacks; done += chapterSize, chapter += 1) {
    if (chapter % of !== index) continue;
    const count = Math.min(chapterSize, options.callbacks - done);
    const judged = await runChapter(senders, { seed: options.seed + chapter, count });
    for (const [name, number] of judged.counts) counts[name] = (counts[name] ?? 0) + number;
    violations.push(...judged.violations.map((problem) => `chapter ${chapter}: ${problem}`));
    payments += judged.payments;
    told(
      `callbacks ${done + 1} to ${done + count} of ${options.callbacks}, ${judged.violations.length} violations`,
    );
  }
  return { counts, payments, violations };
}

type Chapter = Readonly<{
  counts: ReadonlyMap<string, number>;
  payments: number;
  violations: readonly string[];
}>;

async function runChapter(
  senders: readonly Sender[],
  plan: { seed: number; count: number },
): Promise<Chapter> {
  const chance = createChance(plan.seed, "callbacks");
  const { subjects, arrivals } = trafficOf(chance, senders, { startMs, count: plan.count });
  const merchantId = idOf("mer", uuidV7(new Date(startMs), chance.bytes(10)));
  const store = createMemoryStore();
  const clock = { ms: startMs };
  const platform = platformOf({ store, senders, merchantId, clock, bytes: chance.bytes });
  await open(store, merchantId, subjects);
  const counts = new Map<string, number>();
  const violations: string[] = [];
  const proven = new Set<string>();
  for (let at = 0; at < arrivals.length; at += atOnce) {
    const together = arrivals.slice(at, at + atOnce);
    clock.ms = Math.max(clock.ms, together[0]?.atMs ?? 0);
    await Promise.all(
      together.map(async (arrival) => {
        const { kind, subject, expected, proves } = arrival;
        const result = await platform.receive(subject.sender.channel, arrival);
        const name = `${subject.sender.name}: ${kind} ${result}`;
        counts.set(name, (counts.get(name) ?? 0) + 1);
        if (!expected.includes(result)) violations.push(`${subject.sender.name}: ${kind} was ${result}`);
        if (proves === "yes") proven.add(subject.id);
      }),
    );
  }
  violations.push(...(await judge(store, subjects, proven)));
  return { counts, payments: subjects.length, violations };
}

type Platform = Readonly<{ receive(channel: ChannelCode, arrival: Arrival): Promise<string> }>;

type PlatformPlan = Readonly<{
  store: MemoryStore;
  senders: readonly Sender[];
  merchantId: string;
  clock: { ms: number };
  bytes(count: number): Uint8Array;
}>;

/** The payments of one process, with the directory of one merchant whose account depends on who sends. */
function platformOf({ store, senders, merchantId, clock, bytes }: PlatformPlan): Platform {
  const accounts = new Map<ChannelCode, ChannelAccount>();
  for (const { channel, account } of senders) accounts.set(channel, { ...accounts.get(channel), ...account });
  const now = (): Date => new Date(clock.ms);
  // Several are on their way at once: each has its own result.
  const own = new AsyncLocalStorage<{ result: string }>();
  const account = (_merchantId: string, channel: ChannelCode): Promise<ChannelAccount | null> =>
    Promise.resolve(accounts.get(channel) ?? null);
  const profile = { id: merchantId, number: merchantNumber, state: "active", stores: [] };
  const deps: PaymentsDeps = {
    pg: store.pg,
    world: { now, newId: (prefix) => idOf(prefix, uuidV7(now(), bytes(10))), random: () => 0.5 },
    clock: { sleep: () => Promise.resolve() },
    log: createLog({ level: "fatal", destination: { write: () => undefined } }),
    // What became of a callback is what the product counts.
    metrics: {
      counter: () =>
        ({
          inc: (labels?: Readonly<Record<string, string>>) => {
            const [heard, result] = [own.getStore(), labels?.["result"]];
            if (heard !== undefined && result !== undefined) heard.result = result;
          },
        }) as never,
    },
    channels: new Map<ChannelCode, Channel>([
      ["alipay", alipay],
      ["wechat", wechat],
      ["unionpay", unionpay],
    ]),
    // Whoever asks the channel hears nothing.
    transport: () => Promise.reject(new Error("no route")),
    merchants: {
      merchantProfile: () => Promise.resolve(profile as never),
      channelAccount: account,
      channelAccountEvenIfDisabled: account,
      feeRateBasisPoints: () => Promise.resolve(38n),
      creditObstacle: () => Promise.resolve(null),
    } as PaymentsDeps["merchants"],
    terminals: { terminalOf: () => Promise.resolve(null) },
    arrivals: { insertArrivals: () => Promise.resolve([]), pushArrivals: () => undefined } as never,
    payerCodeKey: Buffer.alloc(32, "simulation"),
    publicUrl: "http://127.0.0.1:8080",
  };
  const payments = createPayments(deps);
  return {
    receive: async (channel, arrival) => {
      const callback = await arrival.make();
      const heard = { result: "nothing" };
      await own.run(heard, () => payments.receiveCallback(channel, merchantId, callback));
      return heard.result;
    },
  };
}

/** Writes the payments down as they are when the first callback comes. */
async function open(store: MemoryStore, merchantId: string, subjects: readonly Subject[]): Promise<void> {
  const rows = subjects.map((subject): Payment => {
    const { id, orderNo, fen: amount, sender, begins } = subject;
    const own = { id, merchantId, channelOrderNo: orderNo, idempotencyKey: id, amount: fen(amount) };
    const open = payment({ ...own, channel: sender.channel });
    if (begins === "processing") return open;
    return { ...open, state: "closed", resolution: null, finishedAt: open.createdAt };
  });
  await store.pg.transaction(async (tx) => {
    await insertPayments(tx, rows);
    await appendEvents(
      tx,
      rows.map(({ id, state, createdAt }) => ({
        ...{ merchantId, paymentId: id, version: 1 },
        entries: [
          {
            id,
            at: createdAt,
            kind: "stateChanged",
            direction: null,
            data: { from: "processing", to: state },
          },
        ] as never,
      })),
    );
  });
}

/** Paid exactly where somebody proved it, booked once, untouched everywhere else. */
async function judge(
  store: MemoryStore,
  subjects: readonly Subject[],
  proven: ReadonlySet<string>,
): Promise<string[]> {
  const violations: string[] = [];
  const rows = await store.query("select payment_id, state from payments.payment");
  const states = new Map(rows.map((row) => [row["payment_id"], row["state"]]));
  const journals = await store.query("select subject_id, fact, amounts from ledger.journal");
  const booked = Map.groupBy(journals, (row) => row["subject_id"]);
  for (const { id, fen: amount, begins, sender } of subjects) {
    const state = states.get(uuidOf(id));
    const expected = proven.has(id) ? "succeeded" : begins;
    if (state !== expected) violations.push(`${sender.name} ${id}: ${String(state)} instead of ${expected}`);
    const own = booked.get(uuidOf(id)) ?? [];
    const wanted = proven.has(id) ? 1 : 0;
    if (own.length !== wanted) violations.push(`${id}: ${own.length} journals`);
    for (const journal of own)
      if ((journal["amounts"] as bigint[])[0] !== amount) violations.push(`${id}: another amount is booked`);
  }
  const verification = await verifyLedger({ pg: store.pg }, null);
  if (verification.broken !== null)
    violations.push(`the books do not verify: ${verification.broken.problem}`);
  return violations;
}
