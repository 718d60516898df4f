import assert from "node:assert/strict";
import { test } from "node:test";
import { openCases } from "../support/index.ts";
import { continueRemedies } from "./remedies/service.ts";
import { diagnoseSilence, type SilentCases } from "./silence.ts";
import { findDiagnosisOfPayment } from "./store.ts";
import { diagnosisBench, type DiagnosisBench } from "./testing.ts";
import { openSilentCases } from "./wiring/readers.ts";

const { signal } = new AbortController();

async function openSilent({ merchantId, db, world }: DiagnosisBench, ...paymentIds: string[]): Promise<void> {
  const drafts = paymentIds.map(
    (paymentId) =>
      ({ merchantId, kind: "silentArrival", subjectId: paymentId, paymentId, facts: {} }) as const,
  );
  await db.pg.transaction((tx) => openCases({ world }, tx, drafts));
}

test("money that nobody heard is announced again once the terminal is back, without anybody asking", async () => {
  await using bench = await diagnosisBench();
  const { merchantId, db, world } = bench;
  await bench.connect();
  await bench.disconnect();
  const { id: paymentId } = await bench.pay("balance");
  world.moveSeconds(30);
  await openSilent(bench, paymentId);

  const deps = { ...bench.diagnosis, silentCases: openSilentCases(bench.diagnosis) };
  const seen = new Set<string>();
  await diagnoseSilence(deps, seen, signal);
  assert.ok(await findDiagnosisOfPayment(db.pg.batch, merchantId, paymentId));
  assert.equal(seen.size, 1);
  await bench.connect();
  assert.ok((await continueRemedies(bench.diagnosis, signal)) >= 1);
  assert.equal(bench.terminals.spoken.length, 1);
});

test("one that cannot be diagnosed holds up no other, is told, and is tried again", async () => {
  await using bench = await diagnosisBench();
  const { merchantId, db, world } = bench;
  const payments = [await bench.pay("balance"), await bench.pay("balance"), await bench.pay("balance")];
  world.moveSeconds(30);
  const [, broken] = payments;
  assert.ok(broken);
  await openSilent(bench, ...payments.map(({ id }) => id));

  const { readers } = bench.diagnosis;
  const brokenReaders = {
    ...readers,
    timeline: (merchant: string, paymentId: string) =>
      paymentId === broken.id
        ? Promise.reject(new Error("this timeline cannot be read"))
        : readers.timeline(merchant, paymentId),
  };
  const silentCases = openSilentCases(bench.diagnosis);
  const seen = new Set<string>();
  await assert.rejects(
    diagnoseSilence({ ...bench.diagnosis, readers: brokenReaders, silentCases }, seen, signal),
    (error) => error instanceof AggregateError && /cannot be read/.test(String(error.errors[0])),
  );
  const diagnosed = async (): Promise<string[]> => {
    const found = await Promise.all(
      payments.map(({ id }) => findDiagnosisOfPayment(db.pg.batch, merchantId, id)),
    );
    return found.map((row) => (row === null ? "no" : "yes"));
  };
  assert.deepEqual(await diagnosed(), ["yes", "no", "yes"]);
  await diagnoseSilence({ ...bench.diagnosis, silentCases }, seen, signal);
  assert.deepEqual(await diagnosed(), ["yes", "yes", "yes"]);
});

test("more open cases than fit on one page are all looked at, and closed ones are forgotten", async () => {
  await using bench = await diagnosisBench();
  const payments = await Promise.all([1, 2, 3, 4, 5].map(() => bench.pay("balance")));
  bench.world.moveSeconds(30);
  await openSilent(bench, ...payments.map(({ id }) => id));
  const everything = await openSilentCases(bench.diagnosis)(null);
  assert.equal(everything.length, 5);
  const pages: (string | null)[] = [];
  const silentCases: SilentCases = async (after) => {
    pages.push(after);
    const from = after === null ? 0 : everything.findIndex(({ id }) => id === after) + 1;
    return everything.slice(from, from + 2);
  };
  const seen = new Set(["cas_of_an_earlier_life"]);
  await diagnoseSilence({ ...bench.diagnosis, silentCases }, seen, signal);
  assert.deepEqual([...seen].sort(), everything.map(({ id }) => id).sort());
  assert.equal(pages.length, 4, "until a page is empty");
});
