// What WeChat Pay’s codes mean. The rows live in codes/, one file for each generation. Whatever is not listed there is unknown.
import { assert } from "../../kernel/assert.ts";
import type { RetryAdvice, SendHistory } from "../port.ts";
import type { CodeMeaning, CodeOutcome, CodeRow } from "./codes/row.ts";
import { v2Codes } from "./codes/v2.ts";
import { v3Codes } from "./codes/v3.ts";

export type Generation = "v2" | "v3";

/** What was asked for. "pay" covers code pay and codes to show. */
export type Operation = keyof typeof v2Codes;

type Tables = ReadonlyMap<Operation, ReadonlyMap<string, CodeMeaning>>;

const tables: Readonly<Record<Generation, Tables>> = { v2: tablesOf(v2Codes), v3: tablesOf(v3Codes) };

/**
 * The documented meaning of a code; null when it is not documented for this operation.
 * @param code of v2 as sent; of v3 with its HTTP status: "403 NOT_ENOUGH". Those of v2 bills are compared without case.
 */
export function meaningOf(generation: Generation, operation: Operation, code: string): CodeMeaning | null {
  const key = generation === "v2" && operation === "bill" ? code.trim().toLowerCase() : code;
  return tables[generation].get(operation)?.get(key) ?? null;
}

export type Verdict = Readonly<{ outcome: CodeOutcome; retry: RetryAdvice }>;

/**
 * What a meaning amounts to, given what was sent before.
 * After an unclear send a refusal speaks for the repetition alone: the first request may have been carried out.
 */
export function verdictOf(meaning: CodeMeaning | null, sendHistory: SendHistory): Verdict {
  if (meaning === null) return { outcome: "unknown", retry: "queryFirst" };
  if (sendHistory === "afterUnclear" && meaning.outcome === "declined")
    return { outcome: "unknown", retry: "queryFirst" };
  return { outcome: meaning.outcome, retry: meaning.retry };
}

export type ListedCode = Readonly<{
  generation: Generation;
  operation: Operation;
  code: string;
  meaning: CodeMeaning;
}>;

/** Every listed code. For tests and generated documents. */
export function listedCodes(): readonly ListedCode[] {
  return (["v2", "v3"] as const).flatMap((generation) =>
    [...tables[generation]].flatMap(([operation, table]) =>
      [...table].map(([code, meaning]) => ({ generation, operation, code, meaning })),
    ),
  );
}

function tablesOf(rows: Readonly<Record<Operation, readonly CodeRow[]>>): Tables {
  const operations = Object.entries(rows) as Array<[Operation, readonly CodeRow[]]>;
  return new Map(operations.map(([operation, own]) => [operation, tableOf(operation, own)]));
}

function tableOf(operation: Operation, rows: readonly CodeRow[]): ReadonlyMap<string, CodeMeaning> {
  const table = new Map<string, CodeMeaning>();
  for (const { codes, meaning } of rows) {
    for (const code of codes) {
      const key = rows === v2Codes.bill ? code.toLowerCase() : code;
      assert(!table.has(key), `${operation} ${code} is listed twice`);
      table.set(key, meaning);
    }
  }
  return table;
}
