// One run: a town of shops, a storm, a calm, and then the questions of the checkers.
import type { ChannelCode } from "@huiyin/contract/words.ts";
import { verifyLedger } from "@huiyin/server/modules/ledger/index.ts";
import { runCashier } from "./cashier.ts";
import { checkers } from "./checkers/index.ts";
import { readRows, type Evidence, type Rows } from "./evidence.ts";
import type { FaultKind } from "./faults.ts";
import { runManager } from "./manager.ts";
import { runNotifications, type CallbackPost } from "./notifications.ts";
import { sells, type Town } from "./shops.ts";
import { openTown, setStage, type Stage } from "./stage.ts";
import type { Store } from "./database.ts";
import { runTerminal } from "./terminal.ts";
import { runOperator } from "./operator.ts";
import { clearWeather, runWeather, type Hours } from "./weather.ts";

export type RunOptions = Readonly<{
  seed: number;
  payments: number;
  /** Empty, and of this run alone. */
  store: Store;
}>;

export type Violation = Readonly<{
  checker: string;
  about: string;
  problem: string;
  /** The last step that named what it is about; the last step of all where none did. */
  step: number;
}>;

export type Report = Readonly<{
  seed: number;
  payments: number;
  traceHash: string;
  steps: number;
  virtualSeconds: number;
  crashes: number;
  faults: Readonly<Record<FaultKind, number>>;
  faultsMissing: readonly FaultKind[];
  violations: readonly Violation[];
  /** The steps that name what the first violation is about. */
  trail: readonly string[];
}>;

/** Alipay and WeChat Pay repeat a notification for about 25 hours. */
const calmMsMax = 27 * 3_600_000;
/** The storm outlasts the longest silence of the channel, so that even the last payments meet their whole timetable. */
const aftermathMs = 260_000;
/** So long something may still move by itself when no notification is on its way any more. */
const calmWithoutNewsMs = 3_600_000;
const stepsBetweenLooks = 100;
const trailMax = 60;

/** Runs the whole simulation. Rejects only where the simulation itself is broken. */
export async function simulate(options: RunOptions): Promise<Report> {
  const { store } = options;
  const stage = setStage(options.seed, store);
  const onRejection = (error: unknown): void => {
    stage.bugs.push(
      `unhandled rejection: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    );
  };
  process.on("unhandledRejection", onRejection);
  try {
    const town = await openTown(stage);
    await storm(stage, town, options.payments);
    await calmDown(stage);
    return await judge(stage, town, options);
  } finally {
    process.off("unhandledRejection", onRejection);
    await store.close();
  }
}

async function storm(stage: Stage, town: Town, payments: number): Promise<void> {
  const { scheduler, trouble, machine, bank, payers, lasting, answers, givenBack, speeches, deliveries } =
    stage;
  const left = { payments, selling: 0 };
  const takeTurn = (): boolean => {
    if (left.payments === 0) return false;
    left.payments -= 1;
    left.selling += 1;
    return true;
  };
  const turnOver = (): void => void (left.selling -= 1);
  const hours: Hours = { closedUntilMs: 0 };
  machine.start();
  const people = { scheduler, trouble, machine, answers, givenBack };
  const weightsOf = new Map(town.shops.map(({ merchantId, weights }) => [merchantId, weights]));
  for (const counter of town.terminals) {
    runTerminal({ scheduler, trouble, machine, terminalId: counter.terminalId, speeches });
    const weights = weightsOf.get(counter.merchantId) ?? {};
    if (sells(counter)) runCashier({ ...people, payers, counter, weights, takeTurn, turnOver, hours });
  }
  for (const { merchantId } of town.shops) runManager({ ...people, merchantId });
  runNotifications({ scheduler, trouble, bank, deliveries, post: postTo(stage) });
  runWeather({ scheduler, trouble, bank, machine, skew: lasting.skew, shops: town.shops, hours });
  runOperator({ scheduler, trouble, bank, machine, store: lasting.store });
  while (left.payments > 0 || left.selling > 0) await scheduler.step();
  // Closing time: nobody sells any more, and what went wrong goes on being wrong for a while.
  const closingMs = scheduler.nowMs();
  // The calm does not begin while the platform is still down.
  while (scheduler.nowMs() < Math.max(closingMs, hours.closedUntilMs) + aftermathMs) await scheduler.step();
}

const callbackPath = /\/v1\/channels\/([a-z]+)\/callbacks\/([^/]+)$/;

/** The callback addresses, in process: what HTTP would do is to hand the bytes over and the answer back. */
function postTo({ machine, scheduler }: Stage): CallbackPost {
  return async (orderNo, { url, headers, body }) => {
    const [, channel = "", merchantId = ""] = callbackPath.exec(url) ?? [];
    const answer = await machine.call(`callback ${orderNo}`, ({ payments }) =>
      payments.receiveCallback(channel as ChannelCode, merchantId, {
        headers: new Map(Object.entries(headers)),
        body: Buffer.from(body, "utf8"),
        receivedAt: new Date(scheduler.nowMs()),
      }),
    );
    return answer === "refused" || answer === "broken" ? null : answer;
  };
}

/** Trouble ends, time runs on, until nothing waits any more. */
async function calmDown(stage: Stage): Promise<void> {
  const { scheduler, trouble, bank, lasting, calm } = stage;
  trouble.calm();
  clearWeather({ bank, skew: lasting.skew });
  calm.sinceMs = scheduler.nowMs();
  while (scheduler.nowMs() < calm.sinceMs + calmMsMax) {
    for (let step = 0; step < stepsBetweenLooks; step += 1) await scheduler.step();
    if (bank.networks.some(({ world }) => world.pendingNotifications().length > 0)) continue;
    const waiting = await whatWaits(lasting.store);
    if (waiting.refunds > 0) continue;
    if (waiting.others === 0 || scheduler.nowMs() > calm.sinceMs + calmWithoutNewsMs) return;
  }
}

/** A refund may wait for hours: for the merchant’s money, or for a person. */
async function whatWaits(store: Store): Promise<Readonly<{ refunds: number; others: number }>> {
  const rows = await store.query<{ refunds: string; others: string }>(`
    select (select count(*) from payments.refund where state = 'processing') as refunds,
      (select count(*) from payments.payment where resolve_at is not null or review_since is not null or state in ('processing', 'awaitingPayer'))
      + (select count(*) from arrivals.arrival where stage in ('accepted', 'delivered', 'speaking'))
      + (select count(*) from arrivals.summary where stage in ('accepted', 'delivered', 'speaking')) as others`);
  return { refunds: Number(rows[0]?.refunds ?? 0), others: Number(rows[0]?.others ?? 0) };
}

async function judge(stage: Stage, town: Town, options: RunOptions): Promise<Report> {
  const { trace, scheduler, faults, lasting, machine, calm } = stage;
  const rows = await readRows(lasting.store);
  traceRows(stage, rows);
  countOutcomes(stage, rows);
  const evidence: Evidence = {
    ...rows,
    terminals: town.terminals,
    ...{
      bank: stage.bank,
      answers: stage.answers,
      givenBack: stage.givenBack,
      deliveries: stage.deliveries,
      speeches: stage.speeches,
    },
    ...{ leaksIn: stage.leaksIn, logLeaks: lasting.logBook.leaks },
    bugs: [...stage.bugs, ...lasting.logBook.errors],
    verification: await verifyLedger({ pg: lasting.store.pg }, null),
    calmSinceMs: calm.sinceMs,
    endMs: scheduler.nowMs(),
  };
  const found = checkers.flatMap(({ name, check }) =>
    check(evidence).map((problem) => ({ checker: name, ...problem })),
  );
  const orderNos = new Map(rows.payments.map((payment) => [payment.payment_id, payment.channel_order_no]));
  const trailOf = (about: string): readonly string[] => trace.recent(orderNos.get(about) ?? about);
  const violations = found.map((violation) => ({
    ...violation,
    step: Number(trailOf(violation.about).at(-1)?.split(" ", 1)[0] ?? trace.steps()),
  }));
  return {
    ...{ seed: options.seed, payments: options.payments },
    ...{ traceHash: trace.hash(), steps: trace.steps(), crashes: machine.crashes() },
    virtualSeconds: Math.round((scheduler.nowMs() - stage.startedMs) / 1_000),
    ...{ faults: faults.met(), faultsMissing: faults.missing(), violations },
    trail: violations[0] === undefined ? [] : trailOf(violations[0].about).slice(0, trailMax),
  };
}

/** Counts what only the end shows. */
function countOutcomes({ faults, bank }: Stage, { payments, refunds, events }: Rows): void {
  for (const { channel_refund_no: number, state, way } of refunds) {
    if (!bank.voids.numbers.has(number) || state !== "succeeded") continue;
    faults.countAt("unionpay", way === "void" ? "voidDone" : "voidBecameRefund");
  }
  const withdrawn = new Set(
    events
      .filter(({ entries }) => entries.some(({ kind }) => kind === "reversalRequested"))
      .map((row) => row.payment_id),
  );
  for (const { payment_id, channel, mode, channel_order_no: orderNo, late_success: late } of payments) {
    if (late) faults.countAt(channel, "lateSuccess");
    const paid = (bank.tradeAt(channel, orderNo)?.paidAtMs ?? 0) !== 0;
    if (mode === "shownCode" && paid && withdrawn.has(payment_id))
      faults.countAt(channel, "codePaidWhileWithdrawn");
  }
}

/** The outcome belongs to the hash: rows by their keys, in their order. */
function traceRows({ trace }: Stage, rows: Rows): void {
  for (const row of rows.payments) trace.row("payment", row.payment_id, row);
  for (const row of rows.refunds) trace.row("refund", row.refund_id, row);
  for (const row of rows.events)
    trace.row("event", `${row.payment_id} ${row.version}`, JSON.stringify(row.entries, withoutKeys));
  for (const row of rows.journals) trace.row("journal", `${row.merchant_id} ${row.sequence}`, row);
  for (const row of rows.balances) trace.row("balance", `${row.merchant_id} ${row.account}`, row);
  for (const row of rows.arrivals) trace.row("arrival", row.arrival_id, row);
  for (const row of rows.summaries) trace.row("summary", row.summary_id, row);
  for (const row of rows.cases) trace.row("case", `${row.kind} ${row.subject_id}`, row);
}

/** Keys and certificates are made anew for each run, and so is what follows from them; nothing may depend on it. */
const ofKeys: ReadonlySet<string> = new Set([
  ...["sign", "signature", "certId", "serial", "signPubKeyCert", "rawBeginning", "rawCharacters"],
]);

function withoutKeys(name: string, value: unknown): unknown {
  return ofKeys.has(name) ? "" : value;
}
