// The virtual terminal as a process of its own: what it keeps on disk survives a real kill -9 in mid-sentence.
import assert from "node:assert/strict";
import { spawn, type ChildProcess, type ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { randomBytes } from "node:crypto";
import { sql } from "kysely";
import pino from "pino";
import { unwrap } from "@huiyin/server/kernel/result.ts";
import { issueActivationCode } from "@huiyin/server/modules/terminals/index.ts";
import { openShop, operatorToken, until, type Shop } from "./fixtures.ts";

const program = fileURLToPath(new URL("main.ts", import.meta.url));
const directory = mkdtempSync(join(tmpdir(), "huiyin-terminal-"));
let shop: Shop;
before(async () => {
  shop = await openShop();
});
after(async () => {
  await shop.stop();
  rmSync(directory, { recursive: true });
});

type Line = { event: string; text?: string };
type Run = { child: ChildProcess; lines: Line[]; has: (event: string) => boolean };

function run(...more: string[]): Run {
  const { url, mqttUrl } = shop.platform();
  const storage = join(directory, "terminal.json");
  const words = [program, "--platform", url, "--mqtt", mqttUrl, "--storage", storage, ...more];
  return started(spawn(process.execPath, words, { stdio: ["pipe", "pipe", "inherit"] }));
}

function started(child: ChildProcessByStdio<Writable, Readable, null>): Run {
  const lines: Line[] = [];
  createInterface({ input: child.stdout }).on("line", (text) => lines.push(JSON.parse(text) as Line));
  return { child, lines, has: (event) => lines.some((line) => line.event === event) };
}

async function stageOf(paymentId: string): Promise<string | undefined> {
  const { rows } = await sql<{ stage: string }>`
    select stage from arrivals.arrival where payment_id = ${paymentId.slice(4)}::uuid`.execute(shop.pg.batch);
  return rows[0]?.stage;
}

test("a terminal process is activated, speaks, is killed while speaking, and never repeats itself", async () => {
  const { terminalId } = await shop.terminal();
  const deps = { pg: shop.pg, world: shop.world, log: pino({ level: "silent" }), randomBytes };
  const code = unwrap(await issueActivationCode(deps, { terminalId, merchantId: null }, "test"));
  const first = run("--activate", code.activationCode);
  await until(() => first.has("connected"));
  const heard = await shop.pay(terminalId, 100n);
  await until(() => first.has("spoken"));
  await until(async () => (await stageOf(heard)) === "spoken");
  const cut = await shop.pay(terminalId, 1_234_567n);
  await until(async () => (await stageOf(cut)) === "speaking");
  first.child.kill("SIGKILL");
  await once(first.child, "exit");
  const second = run();
  await until(() => second.has("connected"));
  await until(async () => (await stageOf(cut)) === "interrupted");
  const next = await shop.pay(terminalId, 200n);
  await until(async () => (await stageOf(next)) === "spoken");
  const spokenTexts = second.lines.filter(({ event }) => event === "speaking").map(({ text }) => text);
  assert.deepEqual(spokenTexts, ["支付宝收款，两元"]);
  second.child.stdin?.write("nonsense\nstop\n");
  const [exitCode] = (await once(second.child, "exit")) as [number];
  assert.equal(exitCode, 0);
  assert.ok(second.has("unknownCommand"));
});

test("a fleet creates its terminals, connects them, speaks what is paid, and takes them again the next time", async () => {
  const { url, mqttUrl } = shop.platform();
  const { merchantId, storeId } = shop.place;
  const start = (): Run => {
    const place = ["--key", operatorToken, "--merchant", merchantId, "--store", storeId];
    const words = [program, "--platform", url, "--mqtt", mqttUrl, "--fleet", "5", "--seed", "3", ...place];
    return started(spawn(process.execPath, words, { stdio: ["pipe", "pipe", "inherit"] }));
  };
  const idsOf = async (): Promise<string[]> => {
    const { rows } = await sql<{ id: string }>`
      select 'trm_' || replace(terminal_id::text, '-', '') as id from terminals.terminal
      where no like 'V3-%' order by no`.execute(shop.pg.batch);
    return rows.map(({ id }) => id);
  };
  const first = start();
  await until(() => first.has("connected"));
  const ids = await idsOf();
  assert.equal(ids.length, 5);
  const paid = await Promise.all(ids.map((id) => shop.pay(id, 100n)));
  for (const paymentId of paid) await until(async () => (await stageOf(paymentId)) === "spoken");
  first.child.kill("SIGTERM");
  const [exitCode] = (await once(first.child, "exit")) as [number];
  assert.equal(exitCode, 0);
  const second = start();
  await until(() => second.has("connected"));
  assert.deepEqual(await idsOf(), ids);
  second.child.kill("SIGTERM");
  await once(second.child, "exit");
});

test("without its addresses it says how it is used and exits 2", async () => {
  const child = spawn(process.execPath, [program, "--colour", "red"], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  const chunks: Buffer[] = [];
  child.stderr.on("data", (chunk: Buffer) => chunks.push(chunk));
  const [exitCode] = (await once(child, "close")) as [number];
  assert.equal(exitCode, 2);
  assert.match(Buffer.concat(chunks).toString(), /usage: node sandbox\/terminal\/main\.ts/);
});
