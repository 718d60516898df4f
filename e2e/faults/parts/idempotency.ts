// Many keys, each sent many times at once: one effect each; the same bytes for whoever asks again, 409 while it is running,
// 422 for another body.
import { randomBytes, randomInt } from "node:crypto";
import { openConnection, type Connection } from "../../../bench/connection.ts";
import { percentileOf } from "../../../bench/statistics.ts";
import type { Known } from "../../../bench/history.ts";
import { inGroups } from "@huiyin/sandbox/terminal/fleet.ts";
import { seconds, toldOf, type Row, type Say } from "../report.ts";
import type { Stage } from "../stage.ts";
import type { Stages } from "../stages.ts";

export type IdempotencyWish = Readonly<{
  keys: number;
  /** How often each is sent at once. */
  copies: number;
  stages: Stages;
  say: Say;
}>;

type Answer = Readonly<{ status: number; text: string; retryAfter: string | null; tookMs: number }>;
type Payment = Readonly<{ id: string; state: string; amount: number }>;

const keysAtOnce = 4;
const amountFenMax = 100_000;
const sayEvery = 100;

/** Sends every key so many times at once, then again, then with another body. */
export async function idempotency({ keys: count, copies, stages, say }: IdempotencyWish): Promise<Row> {
  await using stage = await stages.lend();
  const { merchantKey } = stage.shop;
  const lines: Lines = { merchantKey, free: [] };
  for (let line = 0; line < keysAtOnce * copies; line += 1)
    lines.free.push(await openConnection(stage.server().url));
  const problems: string[] = [];
  const counts = { created: 0, replayed: 0, inUse: 0, reused: 0 };
  const tookMs: number[] = [];
  let done = 0;
  const tryKey = async (key: string): Promise<void> => {
    const one = await createKey(stage, key);
    const answers = await Promise.all(Array.from({ length: copies }, () => send(lines, key, one.body)));
    tookMs.push(...answers.map((answer) => answer.tookMs));
    problems.push(...problemsOfCopies(key, answers, counts));
    const again = await send(lines, key, one.body);
    const final = await send(lines, key, one.body);
    const first = answers.find(({ status }) => status === 201);
    if (
      final.status !== 201 ||
      final.text !== again.text ||
      (first !== undefined && first.text !== final.text)
    )
      problems.push(`${key}: asked again, told otherwise: ${first?.text} / ${again.text} / ${final.text}`);
    const other = await send(lines, key, { ...one.body, amount: one.body.amount + 1 });
    if (other.status === 422 && codeOf(other) === "idempotency_key_reused") counts.reused += 1;
    else problems.push(`${key}: another body was answered ${other.status} ${other.text}`);
    stage.counters.note({ idempotencyKey: key, body: one.body, known: knownOf(final), tookMs: 0 });
    done += 1;
    if (done % sayEvery === 0) say(`${done} of ${count} keys`);
  };
  const keys = Array.from({ length: count }, () => randomBytes(12).toString("hex"));
  await inGroups(keys, tryKey, keysAtOnce);
  for (const line of lines.free) line.close();
  const told = toldOf([await stage.compare()]);
  const { stored, matched } = {
    stored: told.counted["payments that were made"],
    matched: told.counted["match"],
  };
  if (stored !== count || matched !== count) problems.push(`${stored} payments were made of ${count} keys`);
  if (counts.inUse === 0) problems.push("no request came while another with its key was running");
  return {
    name: "idempotency",
    what: `${count} keys, each ${copies} times at once, then twice again, then with another body`,
    figures: {
      "201, the same bytes for one key": counts.created,
      "409 while it was running": counts.inUse,
      "422 for another body": counts.reused,
      "answer, p99": seconds(percentileOf(Float64Array.from(tookMs), 0.99)),
      ...told.counted,
    },
    problems: [...problems, ...told.problems],
  };
}

type Body = Readonly<{ amount: number; payerCode: string; merchantOrderNo: string }>;

async function createKey({ bank }: Stage, key: string): Promise<Readonly<{ body: Body }>> {
  const [payerCode = ""] = await bank.ask("payerCodes", 1);
  return { body: { amount: randomInt(1, amountFenMax), payerCode, merchantOrderNo: key } };
}

/** Connections that nobody uses at this moment: as many as requests are under way at once. */
type Lines = Readonly<{ merchantKey: string; free: Connection[] }>;

async function send({ merchantKey, free }: Lines, key: string, body: Body): Promise<Answer> {
  const line = free.pop();
  if (line === undefined) throw new Error("more requests at once than connections");
  const sentMs = performance.now();
  const head =
    `POST /v1/payments HTTP/1.1\r\nhost: faults\r\ncontent-type: application/json\r\n` +
    `authorization: Bearer ${merchantKey}\r\nidempotency-key: ${key}\r\n`;
  const { status, body: text, head: told } = await line.exchange(head, JSON.stringify(body));
  free.push(line);
  const retryAfter = /\r\nretry-after: (\d+)/i.exec(told)?.[1] ?? null;
  return { status, text, retryAfter, tookMs: performance.now() - sentMs };
}

type Counts = { created: number; inUse: number };

function problemsOfCopies(key: string, answers: readonly Answer[], counts: Counts): string[] {
  const problems: string[] = [];
  const bodies = new Set<string>();
  for (const answer of answers) {
    const { status, text, retryAfter } = answer;
    if (status === 201) {
      counts.created += 1;
      bodies.add(text);
    } else if (status === 409 && codeOf(answer) === "idempotency_key_in_use") {
      counts.inUse += 1;
      if (!(Number(retryAfter) > 0))
        problems.push(`${key}: 409 without a time to come again (${retryAfter})`);
    } else problems.push(`${key}: answered ${status} ${text}`);
  }
  if (bodies.size > 1) problems.push(`${key}: ${bodies.size} different answers: ${[...bodies].join(" / ")}`);
  return problems;
}

function codeOf({ text }: Answer): string {
  return (JSON.parse(text) as { code?: string }).code ?? "";
}

function knownOf({ text }: Answer): Known {
  const { id, state, amount } = JSON.parse(text) as Payment;
  return { kind: "ok", paymentId: id, state, amountFen: BigInt(amount) };
}
