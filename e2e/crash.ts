// Kills the platform in the middle of payments and looks what is left.
//   node e2e/crash.ts [--kills 20] [--payments 50]
// Every answer that was given must still be true afterwards, nobody may have paid twice, both books must agree, and
// what was under way must come to its end.
import assert from "node:assert/strict";
import { parseArgs } from "node:util";
import type { Payment } from "@huiyin/contract/api/payments.ts";
import type { VerifyReport } from "@huiyin/contract/api/ledger.ts";
import { apiOf, ok, until, type Api } from "./support/api.ts";
import { temporaryPlace, type TemporaryPlace } from "./support/place.ts";
import {
  freePorts,
  interrupt,
  killGroup,
  startPlatformProcess,
  type StartedPlatform,
} from "./support/process.ts";

/** node: the server alone, its database lives on. group: node and the whole group of the database die at once. */
export type Victim = "node" | "group";

export type CrashOptions = Readonly<{
  kills: number;
  /** So many payments are under way at once when the kill comes: each client sends its next when one is answered. */
  clients: number;
  say: (line: string) => void;
}>;

export type CrashReport = Readonly<{
  /** One for each start after a kill, in milliseconds from the start of the process to “here I am”. */
  readyMs: readonly number[];
  acknowledged: number;
  cutOff: number;
  /** What did not hold; empty when all is well. */
  problems: readonly string[];
}>;

type Attempt = {
  readonly idempotencyKey: string;
  readonly body: Readonly<{ amount: number; payerCode: string; merchantOrderNo: string }>;
  sent: "yes" | "no";
  /** What the platform answered before it died; null where it did not. */
  answer: Payment | null;
};

const paymentsPerClient = 3;
const victims: readonly Victim[] = ["node", "group"];

/** Runs so many rounds of payments, each ended by a kill, and then looks at everything. */
export async function crash(options: CrashOptions): Promise<CrashReport> {
  await using place = temporaryPlace();
  const attempts: Attempt[] = [];
  const readyMs: number[] = [];
  let platform = await startPlatformProcess(freePorts(place.data));
  try {
    const walletId = await apiOf(platform.addresses, place.data).newWallet(1_000_000_000);
    const { clients } = options;
    const calm = await volley(apiOf(platform.addresses, place.data), {
      walletId,
      name: "calm",
      clients,
    });
    const calmMs = await calm.send();
    attempts.push(...calm.attempts);
    for (let round = 0; round < options.kills; round += 1) {
      const victim = victims[round % victims.length] ?? "node";
      // Another moment in every round, from the first request to the last answer.
      const killAfterMs = (calmMs * (round + 1)) / (options.kills + 1);
      const api = apiOf(platform.addresses, place.data);
      const { attempts: begun, send } = await volley(api, { walletId, name: `kill${round}`, clients });
      setTimeout(() => kill(victim, platform, place), killAfterMs);
      await send();
      await platform.exit;
      attempts.push(...begun.filter(({ sent }) => sent === "yes"));
      await platform[Symbol.asyncDispose]();
      platform = await startPlatformProcess(freePorts(place.data));
      readyMs.push(platform.readyMs);
      const answered = begun.filter(({ answer }) => answer !== null).length;
      options.say(
        `kill ${round + 1}/${options.kills} (${victim}): ${answered} answered before, ` +
          `ready again in ${(platform.readyMs / 1_000).toFixed(2)} s`,
      );
    }
    const problems = await lookAt(apiOf(platform.addresses, place.data), attempts);
    const { code } = await interrupt(platform);
    if (code !== 0) problems.push(`the last platform ended with ${code}: ${platform.stderr()}`);
    const acknowledged = attempts.filter(({ answer }) => answer !== null).length;
    return { readyMs, acknowledged, cutOff: attempts.length - acknowledged, problems };
  } finally {
    await platform[Symbol.asyncDispose]();
  }
}

type Volley = Readonly<{
  attempts: readonly Attempt[];
  /** Sends them, one for each client at a time; answers how many milliseconds it took until nothing was under way any more. */
  send(): Promise<number>;
}>;
type VolleyWish = Readonly<{ walletId: string; name: string; clients: number }>;

async function volley(api: Api, { walletId, name, clients }: VolleyWish): Promise<Volley> {
  const attempts: Attempt[] = [];
  for (let index = 0; index < clients * paymentsPerClient; index += 1) {
    const merchantOrderNo = `${name}-${index}`;
    const body = { amount: 100 + index, payerCode: await api.payerCode(walletId), merchantOrderNo };
    attempts.push({ idempotencyKey: merchantOrderNo, body, sent: "no", answer: null });
  }
  return {
    attempts,
    async send() {
      const startedMs = performance.now();
      const client = async (_: unknown, number: number): Promise<void> => {
        for (let index = number; index < attempts.length; index += clients) {
          const attempt = attempts[index];
          if (attempt === undefined || (await sendOnce(api, attempt)) === "cutOff") return;
        }
      };
      await Promise.all(Array.from({ length: clients }, client));
      return performance.now() - startedMs;
    },
  };
}

/** A connection that breaks is what this is about; a refusal is a mistake. */
async function sendOnce(api: Api, attempt: Attempt): Promise<"answered" | "cutOff"> {
  attempt.sent = "yes";
  const { body, idempotencyKey } = attempt;
  const sent = api.merchant<Payment>("POST", "/v1/payments", { body, idempotencyKey });
  const answer = await sent.catch(() => null);
  if (answer === null) return "cutOff";
  assert.ok(answer.status === 201 || answer.status === 202, JSON.stringify(answer));
  attempt.answer = answer.body;
  return "answered";
}

function kill(victim: Victim, platform: StartedPlatform, place: TemporaryPlace): void {
  const postmasterPid = place.postmasterPid();
  process.kill(platform.pid, "SIGKILL");
  if (victim === "node") return;
  // The database has a group of its own, so that Ctrl-C in a terminal does not reach it.
  if (postmasterPid !== null) killGroup(postmasterPid);
  killGroup(platform.pid);
}

/** Seconds by which the clock is moved on, one after the other, until everything under way has come to its end. */
const movesSeconds = [6, 60, 65, 10, 10];

async function lookAt(api: Api, attempts: readonly Attempt[]): Promise<string[]> {
  for (const seconds of movesSeconds) {
    await api.moveClock(seconds);
    await until(
      "payments under way end",
      async () => !(await api.payments()).some(isUnfinished),
      3_000,
    ).catch(() => undefined);
  }
  const problems: string[] = [];
  const found = new Map((await api.payments()).map((payment) => [payment.id, payment]));
  for (const { answer, body } of attempts) {
    if (answer === null) continue;
    const now = found.get(answer.id);
    if (now === undefined) problems.push(`${answer.id} was acknowledged and is gone`);
    else if (now.amount !== body.amount)
      problems.push(`${answer.id}: ${now.amount} fen instead of ${body.amount}`);
    else if (answer.state === "succeeded" && now.state !== "succeeded")
      problems.push(`${answer.id} was acknowledged as paid and is ${now.state}`);
  }
  // A shop whose answer was cut off asks again under the same key: it must find its payment, not make a second one.
  for (const attempt of attempts.filter(({ answer }) => answer === null)) {
    const problem = await askAgain(api, attempt);
    if (problem !== null) problems.push(problem);
  }
  const books = await api.compareBooks();
  problems.push(...books.differences);
  if (books.unfinished > 0) problems.push(`${books.unfinished} payments have not come to their end`);
  const { body } = await api.operator<VerifyReport>("POST", "/v1/ledger/verify", { body: {} });
  if (!body.ok) problems.push(`the ledger does not verify: ${JSON.stringify(body.broken)}`);
  return problems;
}

async function askAgain(api: Api, { idempotencyKey, body }: Attempt): Promise<string | null> {
  const query = `/v1/payments?merchantOrderNo=${body.merchantOrderNo}`;
  const before = ok(await api.merchant<{ items: Payment[] }>("GET", query)).items;
  const answer = await api.merchant<Payment & { code?: string }>("POST", "/v1/payments", {
    body,
    idempotencyKey,
  });
  const after = ok(await api.merchant<{ items: Payment[] }>("GET", query)).items;
  if (after.length > 1) return `${idempotencyKey}: ${after.length} payments for one order`;
  const [known] = before;
  if (known === undefined) return null;
  return answer.body.id === known.id
    ? null
    : `${idempotencyKey}: asked again, answered ${JSON.stringify(answer)}`;
}

function isUnfinished({ state }: Payment): boolean {
  return state === "processing" || state === "awaitingPayer";
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { kills: { type: "string" }, payments: { type: "string" } } });
  const report = await crash({
    kills: Number(values.kills ?? "20"),
    clients: Number(values.payments ?? "50"),
    say: (line) => console.log(line),
  });
  const slowestMs = Math.max(...report.readyMs);
  for (const problem of report.problems) console.log(`✖ ${problem}`);
  console.log(
    `${report.acknowledged} payments acknowledged, ${report.cutOff} cut off, ${report.problems.length} problems; ` +
      `ready again in ${(slowestMs / 1_000).toFixed(2)} s at most`,
  );
  process.exitCode = report.problems.length === 0 ? 0 : 1;
}
