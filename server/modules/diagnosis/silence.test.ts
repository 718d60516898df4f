import assert from "node:assert/strict";
import { test } from "node:test";
import { openCases } from "../support/index.ts";
import { continueRemedies } from "./remedies/service.ts";
import { diagnoseSilence } from "./silence.ts";
import { findDiagnosisOfPayment } from "./store.ts";
import { diagnosisBench } from "./testing.ts";
import { openSilentCases } from "./wiring/readers.ts";

test("money that nobody heard is announced again once the terminal is back, without anybody asking", async () => {
  await using bench = await diagnosisBench();
  const { merchantId, db, world } = bench;
  await bench.connect();
  await bench.disconnect();
  const { id: paymentId } = await bench.pay("balance");
  world.moveSeconds(30);
  const silent = { merchantId, kind: "silentArrival", subjectId: paymentId, paymentId, facts: {} } as const;
  await db.pg.transaction((tx) => openCases({ world }, tx, [silent]));

  const deps = { ...bench.diagnosis, silentCases: () => openSilentCases(bench.diagnosis) };
  const seen = new Set<string>();
  const { signal } = new AbortController();
  await diagnoseSilence(deps, seen, signal);
  assert.ok(await findDiagnosisOfPayment(db.pg.batch, merchantId, paymentId));
  assert.equal(seen.size, 1);
  await bench.connect();
  assert.ok((await continueRemedies(bench.diagnosis, signal)) >= 1);
  assert.equal(bench.terminals.spoken.length, 1);
});
