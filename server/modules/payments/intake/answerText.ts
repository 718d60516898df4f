// The answer of a key as it is stored for ever. Half of an answer is names of fields, the same in each: they are kept here,
// and the row has the values. What is read is the answer to the byte, whatever fields a later release answers with.

import { assert } from "../../../kernel/assert.ts";

/**
 * The fields of answers in their order. Rows name a shape by its place in this list: one that was ever used stays as it
 * is, and an answer with other fields gets a shape behind the last. Until it has one it is stored as it is.
 */
const shapes: ReadonlyArray<readonly string[]> = [
  (
    "id merchantId storeId terminalId merchantOrderNo channelOrderNo amount currency feeAmount refundedAmount subject mode code " +
    "state review lateSuccess channel channelTradeNo channelCode channelMessage fundingSource credit payerAccount retry createdAt " +
    "expiresAt finishedAt paidAt"
  ).split(" "),
];

/** What is stored of an answer: an object of JSON, as `JSON.stringify` writes it. */
export function storedTextOf(body: string): string {
  const answer = JSON.parse(body) as Readonly<Record<string, unknown>>;
  const names = Object.keys(answer);
  const shape = shapes.findIndex((known) => sameNames(known, names));
  return shape < 0 ? body : JSON.stringify([shape, ...Object.values(answer)]);
}

/** The answer of which this was stored, to the byte. */
export function bodyOf(stored: string): string {
  if (!stored.startsWith("[")) return stored;
  const [shape, ...values] = JSON.parse(stored) as [shape: number, ...values: unknown[]];
  const names = shapes[shape];
  assert(names !== undefined, `no shape ${shape} of answers: a later release stored this one`);
  return JSON.stringify(Object.fromEntries(names.map((name, index) => [name, values[index]])));
}

function sameNames(known: readonly string[], names: readonly string[]): boolean {
  return known.length === names.length && known.every((name, index) => name === names[index]);
}
