// A backup in the middle of payments, a kill, and a restore into an empty directory: nothing acknowledged before the
// backup is lost, and what is missing is, to the fen, what happened after it.
import assert from "node:assert/strict";
import { cpSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { VerifyReport } from "@huiyin/contract/api/ledger.ts";
import type { Payment } from "@huiyin/contract/api/payments.ts";
import { apiOf, ok, until, type Api } from "./support/api.ts";
import { temporaryPlace, type TemporaryPlace } from "./support/place.ts";
import { freePorts, huiyin, interrupt, killGroup, startPlatformProcess } from "./support/process.ts";

const clients = 12;
/** So many answers before the backup begins, and again after it has ended. */
const answersBefore = 60;
const answersAfter = 20;
const unclearPayments = 3;
/** Payers of the sandbox confirm with their password what is more than ¥1,000. */
const passwordAboveFen = 100_001;

type Answered = Readonly<{ payment: Payment; atMs: number }>;

type Load = Readonly<{ answered: readonly Answered[]; stop(): Promise<void> }>;

/** Shops that pay one payment after the other until they are told to stop, or the platform is gone. */
function startLoad(api: Api, walletId: string): Load {
  const answered: Answered[] = [];
  let wanted: "on" | "off" = "on";
  const shop = async (number: number): Promise<void> => {
    for (let count = 0; wanted === "on"; count += 1) {
      const idempotencyKey = `load-${number}-${count}`;
      const body = { amount: 100 + number, payerCode: await api.payerCode(walletId) };
      const reply = await api.merchant<Payment>("POST", "/v1/payments", { body, idempotencyKey });
      answered.push({ payment: ok(reply), atMs: performance.now() });
    }
  };
  const shops = Array.from({ length: clients }, (_, number) => shop(number).catch(() => undefined));
  return {
    answered,
    stop: async () => {
      wanted = "off";
      await Promise.all(shops);
    },
  };
}

type Summary = Readonly<{ facts: Record<string, string>; masterKeyId: string }>;
type Report = Readonly<{
  ledger: { ok: boolean; journals: number };
  outstanding: { paymentsUnfinished: number };
}>;

async function command<T>(words: readonly string[], environment: Record<string, string>): Promise<T> {
  await using running = huiyin([...words, "--json"], environment);
  const { code } = await running.exit;
  assert.equal(code, 0, `${words.join(" ")}: ${running.stderr()}`);
  return JSON.parse(running.stdout()) as T;
}

test("what was acknowledged before a backup under load is there after a kill and a restore", async (t) => {
  await using shop = temporaryPlace();
  await using rescue = temporaryPlace();
  const file = join(shop.directory, "backup.tar.zst");
  const platform = await startPlatformProcess(freePorts(shop.data));
  const api = apiOf(platform.addresses, shop.data);
  const walletId = await api.newWallet(1_000_000_000);
  const load = startLoad(api, walletId);
  let startedMs = 0;
  let summary: Summary;
  try {
    await until("payments are answered", () => load.answered.length >= answersBefore, 30_000);
    // These are charged, and nobody hears of it for a while: the snapshot must find them under way.
    const slow = { delaySeconds: 30, operations: ["pay"], nextRequests: unclearPayments };
    await api.control("PUT", "/control/faults/slow", slow);
    await until("payments hang", async () => (await api.payments()).filter(isUnfinished).length > 0);
    // A busy machine may learn of those before the snapshot. Of these it cannot: their payers never type the password.
    await Promise.all(
      Array.from({ length: unclearPayments }, async (_, number) => {
        const body = { amount: passwordAboveFen + number, payerCode: await api.payerCode(walletId) };
        const options = { body, idempotencyKey: `waits-${number}` };
        ok(await api.merchant<Payment>("POST", "/v1/payments?wait=0", options));
      }),
    );
    startedMs = performance.now();
    summary = await command<Summary>(["backup", "--to", file], { HUIYIN_DATA: shop.data });
    const during = load.answered.length;
    await until("payments go on", () => load.answered.length >= during + answersAfter, 30_000);
    await refusesToRestore(file, shop);
  } finally {
    const postmasterPid = shop.postmasterPid();
    killGroup(platform.pid);
    if (postmasterPid !== null) killGroup(postmasterPid);
    await load.stop();
    await platform[Symbol.asyncDispose]();
  }

  // The bank is another house: it remembers everything, whatever became of the platform.
  mkdirSync(rescue.data, { mode: 0o711 });
  cpSync(join(shop.data, "sandbox"), join(rescue.data, "sandbox"), { recursive: true });
  const restored = await command<Report>(
    ["restore", file, "--master-key-file", join(shop.data, "master.key")],
    { HUIYIN_DATA: rescue.data },
  );
  assert.equal(restored.ledger.ok, true);
  assert.equal(String(restored.ledger.journals), summary.facts["ledgerJournals"]);
  assert.ok(restored.outstanding.paymentsUnfinished > 0, "nothing was under way in the snapshot");

  await using again = await startPlatformProcess(freePorts(rescue.data));
  const before = load.answered.filter(({ atMs }) => atMs < startedMs).map(({ payment }) => payment);
  t.diagnostic(
    `${before.length} answered before the backup, ${load.answered.length - before.length} during and after, ` +
      `${restored.outstanding.paymentsUnfinished} under way`,
  );
  const after = apiOf(again.addresses, rescue.data);
  await lookAt(after, before);
  await pays(after);
  const { findings } = await command<{ findings: unknown[] }>(["doctor"], freePorts(rescue.data));
  assert.deepEqual(findings, []);
  const { code } = await interrupt(again);
  assert.equal(code, 0, again.stderr());
});

async function refusesToRestore(file: string, { data }: TemporaryPlace): Promise<void> {
  await using beside = huiyin(["restore", file], { HUIYIN_DATA: data });
  assert.equal((await beside.exit).code, 1);
  assert.match(beside.stderr(), /平台已在运行/);
}

/** Seconds by which the clock is moved on, until everything under way has come to its end. */
const movesSeconds = [6, 60, 65, 10, 10];

async function lookAt(api: Api, before: readonly Payment[]): Promise<void> {
  for (const seconds of movesSeconds) {
    if (!(await api.payments()).some(isUnfinished)) break;
    await api.moveClock(seconds);
    await until("it ends", async () => !(await api.payments()).some(isUnfinished), 3_000).catch(
      () => undefined,
    );
  }
  const found = new Map((await api.payments()).map((payment) => [payment.id, payment]));
  for (const payment of before) {
    const now = found.get(payment.id);
    assert.equal(now?.amount, payment.amount, `${payment.id} was acknowledged and is gone`);
    if (payment.state === "succeeded") assert.equal(now.state, "succeeded", payment.id);
  }
  await compareWithTheBank(api);
  const report = ok(await api.operator<VerifyReport>("POST", "/v1/ledger/verify", { body: {} }));
  assert.deepEqual([report.ok, report.broken], [true, null]);
}

type Trades = Readonly<{
  trades: ReadonlyArray<Readonly<{ outTradeNo: string; status: string; amount: number }>>;
}>;

/** Both books agree on everything that we know; what the bank knows alone explains the rest, to the fen. */
async function compareWithTheBank(api: Api): Promise<void> {
  const books = await api.compareBooks();
  assert.equal(books.unfinished, 0);
  assert.equal(books.paidFen, books.ledgerFen);
  const known = new Set((await api.payments()).map(({ channelOrderNo }) => channelOrderNo));
  const { trades } = await api.control<Trades>("GET", "/control/books/alipay");
  const afterBackup = trades.filter(({ outTradeNo }) => !known.has(outTradeNo));
  assert.ok(afterBackup.length >= answersAfter, "the load had ended before the kill");
  const missingFen = afterBackup
    .filter(({ status }) => status === "TRADE_SUCCESS")
    .reduce((sum, { amount }) => sum + amount, 0);
  assert.equal(books.channelFen - books.ledgerFen, missingFen);
  const others = books.differences.filter(
    (difference) => !/at the channel alone|the ledger says that alipay owes/.test(difference),
  );
  assert.deepEqual(others, []);
}

/** The restored platform is a platform: its sealed keys open, and money comes in. */
async function pays(api: Api): Promise<void> {
  const walletId = await api.newWallet(10_000);
  const body = { amount: 1_250, payerCode: await api.payerCode(walletId) };
  const reply = await api.merchant<Payment>("POST", "/v1/payments", {
    body,
    idempotencyKey: "after-restore",
  });
  assert.equal(ok(reply).state, "succeeded");
}

function isUnfinished({ state }: Payment): boolean {
  return state === "processing" || state === "awaitingPayer";
}
