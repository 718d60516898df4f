// The cash desks of a measurement, in a process of their own. Closed loop: each connection sends its next payment when the
// last is answered. Open loop: a payment is due every so often, whether or not earlier ones are answered.
import { createPrivateKey, randomBytes, randomInt, sign, type KeyObject } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { signRequest } from "@huiyin/contract/signature.ts";
import { openConnection, type Connection, type Reply } from "./connection.ts";
import { answerQuestions } from "./processes.ts";
import type { Shop } from "./shops.ts";

export type Load = Readonly<{
  url: string;
  shops: readonly Shop[];
  connections: number;
  durationMs: number;
  /** A merchant’s key, the same naming the terminal that is to hear of it, or the signature of a terminal over every request. */
  proof: "bearer" | "bearerAtTerminal" | "signed";
  /** So many a second, each told from the moment at which it was due; closed loop where absent. */
  perSecond?: number;
  /** Payer codes to use, each once: the leg ends with the last of them. Drawn where absent. */
  payerCodes?: readonly string[];
}>;

/** What one cash desk was told about one payment. */
export type Told = Readonly<{ paymentId: string; state: string; amountFen: number }>;

export type LoadResult = Readonly<{
  /** Answered as paid. */
  paid: readonly Told[];
  /** Answered, and not as paid: processing, refused, overloaded. How many of each status. */
  others: Readonly<Record<string, number>>;
  /** Milliseconds to the answer, of the paid ones, in their order: from sending, or in an open loop from being due. */
  latenciesMs: Float64Array;
  /** From the first request to the last answer. */
  elapsedMs: number;
}>;

export type ClientQuestions = { run: (load: Load) => Promise<LoadResult> };

const path = "/v1/payments?wait=30";
const amountFenMax = 100_000;
let codes = randomInt(2 ** 40);

type Desk = Readonly<{ shop: Shop; terminalId: string; key: KeyObject | null; names: "terminal" | "none" }>;
type Answered = Readonly<{ reply: Reply; tookMs: number }>;
type Pay = (line: Connection, turn: number, dueAtMs?: number) => Promise<"paid" | "noMoreCodes">;

async function run(load: Load): Promise<LoadResult> {
  const desks = desksOf(load);
  const lines = await Promise.all(Array.from({ length: load.connections }, () => openConnection(load.url)));
  const answered: Answered[] = [];
  const payerCodes = load.payerCodes?.values();
  const pay: Pay = async (line, turn, dueAtMs) => {
    const desk = desks[turn % desks.length];
    const code = payerCodes === undefined ? drawnCode() : payerCodes.next().value;
    if (desk === undefined || code === undefined) return "noMoreCodes";
    answered.push(await send(line, desk, code, dueAtMs));
    return "paid";
  };
  const startMs = performance.now();
  await (load.perSecond === undefined
    ? closedLoop(lines, load, pay)
    : openLoop(lines, { ...load, perSecond: load.perSecond }, pay));
  const elapsedMs = performance.now() - startMs;
  for (const line of lines) line.close();
  return summaryOf(answered, elapsedMs);
}

async function closedLoop(lines: readonly Connection[], { durationMs }: Load, pay: Pay): Promise<void> {
  const startMs = performance.now();
  await Promise.all(
    lines.map(async (line, index) => {
      // Each connection goes through all desks, beginning at another one.
      for (let turn = index; performance.now() - startMs < durationMs; turn += 1)
        if ((await pay(line, turn)) === "noMoreCodes") return;
    }),
  );
}

/** Due moments are fixed beforehand, so that a server that stalls is charged with everything that had to wait. */
async function openLoop(
  lines: readonly Connection[],
  { durationMs, perSecond }: Load & Readonly<{ perSecond: number }>,
  pay: Pay,
): Promise<void> {
  const count = Math.max(1, Math.round((durationMs * perSecond) / 1_000));
  const startMs = performance.now();
  const dueAtMs = (turn: number): number => startMs + (turn * 1_000) / perSecond;
  const free = [...lines];
  const waiting: number[] = [];
  let working = 0;
  const ended = Promise.withResolvers<void>();
  let turns = 0;
  const serve = (): void => {
    while (free.length > 0 && waiting.length > 0) {
      // The one that rested longest: a server closes those that say nothing.
      const line = free.shift();
      const turn = waiting.shift();
      if (line === undefined || turn === undefined) return;
      working += 1;
      void pay(line, turn, dueAtMs(turn))
        .then(() => {
          free.push(line);
          working -= 1;
          serve();
          if (turns === count && waiting.length === 0 && working === 0) ended.resolve();
        })
        .catch(ended.reject);
    }
  };
  for (; turns < count; serve()) {
    const waitMs = dueAtMs(turns) - performance.now();
    if (waitMs > 0) await sleep(waitMs);
    while (turns < count && dueAtMs(turns) <= performance.now()) waiting.push(turns++);
  }
  await ended.promise;
}

/** Terminals in turns of merchants, so that neighbours in time are strangers. */
function desksOf({ shops, proof }: Load): readonly Desk[] {
  const rounds =
    proof === "bearerAtTerminal" ? Math.max(...shops.map(({ terminals }) => terminals.length)) : 1;
  return Array.from({ length: rounds }, (_, round) =>
    shops.flatMap((shop): Desk[] => {
      const terminal = shop.terminals[round];
      if (terminal === undefined) return [];
      const { terminalId, deviceKey } = terminal;
      const names = proof === "bearer" ? "none" : "terminal";
      return [{ shop, terminalId, names, key: proof === "signed" ? createPrivateKey(deviceKey) : null }];
    }),
  ).flat();
}

function drawnCode(): string {
  codes += 1;
  return `28${String(codes).padStart(16, "0")}`;
}

async function send(line: Connection, desk: Desk, payerCode: string, dueAtMs?: number): Promise<Answered> {
  const { shop, terminalId, key, names } = desk;
  const idempotencyKey = randomBytes(12).toString("hex");
  const request = {
    amount: randomInt(1, amountFenMax),
    payerCode,
    ...(names === "terminal" && { terminalId }),
  };
  const body = JSON.stringify(request);
  const sentAtMs = dueAtMs ?? performance.now();
  const proof = key === null ? bearer(shop) : await signed(terminalId, key, { body, idempotencyKey });
  const head =
    `POST ${path} HTTP/1.1\r\nhost: bench\r\ncontent-type: application/json\r\n` +
    `idempotency-key: ${idempotencyKey}\r\n${proof}`;
  const reply = await line.exchange(head, body);
  return { reply, tookMs: performance.now() - sentAtMs };
}

function bearer({ merchantKey }: Shop): string {
  return `authorization: Bearer ${merchantKey}\r\n`;
}

async function signed(
  terminalId: string,
  key: KeyObject,
  { body, idempotencyKey }: Readonly<{ body: string; idempotencyKey: string }>,
): Promise<string> {
  const headers = await signRequest(
    { keyId: terminalId, sign: (message) => sign(null, message, key) },
    { method: "POST", url: path, body: Buffer.from(body), idempotencyKey },
    { createdSeconds: Math.floor(Date.now() / 1_000), nonce: randomBytes(18).toString("base64url") },
  );
  return Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join("");
}

/** Read after the run, so that reading takes nothing from it. */
function summaryOf(answered: readonly Answered[], elapsedMs: number): LoadResult {
  const paid: Told[] = [];
  const latencies: number[] = [];
  const others: Record<string, number> = {};
  for (const { reply, tookMs } of answered) {
    const said = JSON.parse(reply.body) as { id: string; state: string; amount: number; code?: string };
    if (reply.status === 201 && said.state === "succeeded") {
      paid.push({ paymentId: said.id, state: said.state, amountFen: said.amount });
      latencies.push(tookMs);
    } else {
      const what = `${reply.status} ${said.code ?? said.state}`;
      others[what] = (others[what] ?? 0) + 1;
    }
  }
  return { paid, others, latenciesMs: Float64Array.from(latencies), elapsedMs };
}

const answers: ClientQuestions = { run };
answerQuestions(answers);
