// The platform as a process: how it starts, refuses to start, is found, and stops.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import type { Payment } from "@huiyin/contract/api/payments.ts";
import { startPostgres } from "@huiyin/server/platform/postgres/supervisor.ts";
import { apiOf, ok, until } from "./support/api.ts";
import { temporaryPlace, type TemporaryPlace } from "./support/place.ts";
import { freePorts, huiyin, interrupt, startPlatformProcess } from "./support/process.ts";

let place: TemporaryPlace;
before(() => void (place = temporaryPlace()));
after(() => place[Symbol.asyncDispose]());

test("npm start prints what to open and a curl that pays; the payment is there after a restart", async () => {
  await using first = huiyin(["start"], freePorts(place.data));
  assert.ok(await first.printed((stdout) => stdout.includes("Ctrl-C")), first.stderr());
  const curl = /^curl [\s\S]*?"}"$/m.exec(first.stdout().replaceAll(/^ {2}(?=curl)/gm, ""))?.[0] ?? "";
  assert.match(curl, /\/v1\/payments/);
  const { stdout } = await promisify(execFile)("bash", ["-c", curl]);
  const paid = JSON.parse(stdout) as Payment;
  assert.deepEqual([paid.state, paid.amount, paid.fundingSource], ["succeeded", 1_250, "balance"]);
  assert.deepEqual(await interrupt(first), { code: 0, signal: null });
  assert.match(first.stderr(), /数据已保存 \/ Stopped; everything is kept/);
  assert.equal(place.postmasterPid(), null);

  await using second = await startPlatformProcess(freePorts(place.data));
  const api = apiOf(second.addresses, place.data);
  assert.equal(ok(await api.merchant<Payment>("GET", `/v1/payments/${paid.id}`)).state, "succeeded");
  assert.deepEqual((await api.compareBooks()).differences, []);
  await refusesASecond(second.pid, second.addresses.platform);
  await refusesATakenPort(new URL(second.addresses.platform).port);
  await answersCommands();
  await drainsOnCtrlC();

  async function drainsOnCtrlC(): Promise<void> {
    const walletId = await api.newWallet(100_000);
    await api.control("PUT", "/control/faults/slow", {
      delaySeconds: 2,
      operations: ["pay"],
      nextRequests: 1,
    });
    const body = { amount: 777, payerCode: await api.payerCode(walletId) };
    const answer = api.merchant<Payment>("POST", "/v1/payments", { body, idempotencyKey: "drained-1" });
    await until("the channel has charged", async () => {
      const { trades } = await api.control<{ trades: { amount: number }[] }>("GET", "/control/books/alipay");
      return trades.some(({ amount }) => amount === 777);
    });
    const exit = interrupt(second);
    const { status, body: payment } = await answer;
    assert.deepEqual([status, payment.state], [201, "succeeded"]);
    assert.deepEqual(await exit, { code: 0, signal: null });
  }
});

async function refusesASecond(pid: number, url: string): Promise<void> {
  const log = join(place.data, "huiyin.log");
  const logged = statSync(log).ino;
  await using beside = huiyin(["start"], freePorts(place.data));
  assert.deepEqual(await beside.exit, { code: 1, signal: null });
  assert.equal(statSync(log).ino, logged, "the second start took the log of the first");
  assert.match(beside.stderr(), new RegExp(`${url}.*${pid}`));
}

async function refusesATakenPort(port: string): Promise<void> {
  await using other = temporaryPlace();
  await using beside = huiyin(["start"], { ...freePorts(other.data), PORT: port });
  assert.deepEqual(await beside.exit, { code: 1, signal: null });
  assert.match(beside.stderr(), new RegExp(`${port}.*已被占用[\\s\\S]*${port} is taken`));
  assert.equal(other.postmasterPid(), null, "its database runs on");
}

/** Commands find the running platform by its data directory alone. */
async function answersCommands(): Promise<void> {
  const asked: ReadonlyArray<readonly [words: readonly string[], look: RegExp]> = [
    [["ledger", "verify", "--json"], /"ok": true/],
    [["payments", "list", "--json"], /"succeeded"/],
    [["console", "link"], /\/console\/sign-in#token=/],
    [["fault", "list"], /C-MCH-01/],
  ];
  await Promise.all(
    asked.map(async ([words, look]) => {
      await using command = huiyin(words, { HUIYIN_DATA: place.data });
      assert.equal((await command.exit).code, 0, command.stderr());
      assert.match(command.stdout(), look);
    }),
  );
}

test("Ctrl-C while it is still starting stops it too, its database included", async () => {
  await using fresh = temporaryPlace();
  await using starting = huiyin(["start", "--json"], freePorts(fresh.data));
  await until("its database runs", () => fresh.postmasterPid() !== null, 30_000);
  const { code } = await interrupt(starting);
  assert.equal(code, 0, starting.stderr());
  assert.equal(fresh.postmasterPid(), null);
});

test("a bad environment, a bad command line and a missing platform are told apart, in words", async () => {
  const wrong: ReadonlyArray<
    readonly [words: readonly string[], environment: Record<string, string>, code: number, look: RegExp]
  > = [
    [["start"], { ...freePorts(place.data), PORT: "eighty", LOG_LEVEL: "loud" }, 2, /PORT[\s\S]*LOG_LEVEL/],
    [["start"], { ...freePorts(place.data), DATABASE_URL: "mysql://x" }, 2, /DATABASE_URL/],
    [["dance"], {}, 2, /dance/],
    [["start", "--loudly"], {}, 2, /--loudly/],
    [["diagnose", "nonsense"], { HUIYIN_DATA: place.data }, 2, /nonsense/],
    [["payments", "list", "--limit", "0"], { HUIYIN_DATA: place.data }, 2, /--limit/],
    [["ledger", "verify"], { HUIYIN_DATA: place.data }, 1, /npm start/],
  ];
  await Promise.all(
    wrong.map(async ([words, environment, code, look]) => {
      await using command = huiyin(words, environment);
      assert.equal((await command.exit).code, code, `${words.join(" ")}: ${command.stderr()}`);
      assert.match(command.stderr(), look);
      assert.doesNotMatch(command.stderr(), /^\s+at /m);
    }),
  );
});

test("with DATABASE_URL it runs on any other PostgreSQL, and leaves it running", async () => {
  await using databasePlace = temporaryPlace();
  await using dataPlace = temporaryPlace();
  mkdirSync(databasePlace.data, { mode: 0o711 });
  const postgres = await startPostgres({
    dataDirectory: databasePlace.data,
    log: () => undefined,
    durability: "throwAway",
  });
  try {
    await using platform = await startPlatformProcess({
      ...freePorts(dataPlace.data),
      DATABASE_URL: postgres.url,
      HUIYIN_MASTER_KEY: `dev_${randomBytes(32).toString("hex")}`,
      SANDBOX: "on",
    });
    const api = apiOf(platform.addresses, dataPlace.data);
    const body = { amount: 100, payerCode: await api.payerCode(await api.newWallet(1_000)) };
    const paid = ok(
      await api.merchant<Payment>("POST", "/v1/payments", { body, idempotencyKey: "elsewhere" }),
    );
    assert.equal(paid.state, "succeeded");
    assert.equal(dataPlace.postmasterPid(), null);
    assert.deepEqual(await interrupt(platform), { code: 0, signal: null });
    assert.notEqual(databasePlace.postmasterPid(), null);
  } finally {
    await postgres.stop();
  }
});
