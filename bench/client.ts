// The cash desks of a measurement, in a process of their own: each connection sends its next payment when the last is answered.
import { createPrivateKey, randomBytes, randomInt, sign, type KeyObject } from "node:crypto";
import { signRequest } from "@huiyin/contract/signature.ts";
import { openConnection, type Connection, type Reply } from "./connection.ts";
import { answerQuestions } from "./processes.ts";
import type { Shop } from "./shops.ts";

export type Load = Readonly<{
  url: string;
  shops: readonly Shop[];
  connections: number;
  durationMs: number;
  /** A merchant’s key, or the signature of a terminal over every request. */
  proof: "bearer" | "signed";
}>;

/** What one cash desk was told about one payment. */
export type Told = Readonly<{ paymentId: string; state: string; amountFen: number }>;

export type LoadResult = Readonly<{
  /** Answered as paid. */
  paid: readonly Told[];
  /** Answered, and not as paid: processing, refused, overloaded. How many of each status. */
  others: Readonly<Record<string, number>>;
  /** Milliseconds from sending to answer, of the paid ones. */
  latenciesMs: Float64Array;
  /** From the first request to the last answer. */
  elapsedMs: number;
}>;

export type ClientQuestions = { run: (load: Load) => Promise<LoadResult> };

const path = "/v1/payments?wait=30";
const amountFenMax = 100_000;
let codes = randomInt(2 ** 40);

type Desk = Readonly<{ shop: Shop; key: KeyObject | null }>;
type Answered = Readonly<{ reply: Reply; tookMs: number }>;

async function run({ url, shops, connections, durationMs, proof }: Load): Promise<LoadResult> {
  const desks = shops.map((shop): Desk => ({
    shop,
    key: proof === "signed" ? createPrivateKey(shop.deviceKey) : null,
  }));
  const lines = await Promise.all(Array.from({ length: connections }, () => openConnection(url)));
  const answered: Answered[] = [];
  const start = performance.now();
  await Promise.all(
    lines.map(async (line, index) => {
      // Each connection goes through all merchants, beginning at another one.
      for (let turn = index; performance.now() - start < durationMs; turn += 1) {
        const desk = desks[turn % desks.length];
        if (desk !== undefined) answered.push(await pay(line, desk));
      }
    }),
  );
  const elapsedMs = performance.now() - start;
  for (const line of lines) line.close();
  return summaryOf(answered, elapsedMs);
}

async function pay(line: Connection, { shop, key }: Desk): Promise<Answered> {
  codes += 1;
  const idempotencyKey = randomBytes(12).toString("hex");
  const request = {
    amount: randomInt(1, amountFenMax),
    payerCode: `28${String(codes).padStart(16, "0")}`,
    ...(key === null && { terminalId: shop.terminalId }),
  };
  const body = JSON.stringify(request);
  const sentAt = performance.now();
  const proof = key === null ? bearer(shop) : await signed(shop, key, { body, idempotencyKey });
  const head =
    `POST ${path} HTTP/1.1\r\nhost: bench\r\ncontent-type: application/json\r\n` +
    `idempotency-key: ${idempotencyKey}\r\n${proof}`;
  const reply = await line.exchange(head, body);
  return { reply, tookMs: performance.now() - sentAt };
}

function bearer({ merchantKey }: Shop): string {
  return `authorization: Bearer ${merchantKey}\r\n`;
}

async function signed(
  { terminalId }: Shop,
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
