// What Alipay’s codes mean. The rows live in codes/: pay.ts and paySetup.ts (pay, precreate), trade.ts (cancel, refund,
// query, close, bill), gateway.ts, preAuthorisation.ts. Whatever is not listed there is unknown.
import { assert } from "../../kernel/assert.ts";
import type { RetryAdvice, SendHistory } from "../port.ts";
import { gatewayCodes } from "./codes/gateway.ts";
import { payCodes } from "./codes/pay.ts";
import { preAuthorisationCodes } from "./codes/preAuthorisation.ts";
import type { CodeMeaning, CodeOutcome, CodeRow } from "./codes/row.ts";
import {
  billCodes,
  billCodesBare,
  cancelCodes,
  closeCodes,
  queryCodes,
  refundCodes,
  refundQueryCodes,
  refundQueryCodesBare,
} from "./codes/trade.ts";

/** The methods whose codes are tabled; "pay" covers precreate too. */
export type Operation =
  "pay" | "cancel" | "refund" | "query" | "refundQuery" | "close" | "bill" | "preAuthorisation";

/** The main code under which business sub-codes come. */
export const businessFailedCode = "40004";

type Table = Readonly<{
  exact: ReadonlyMap<string, CodeMeaning>;
  beginnings: ReadonlyMap<string, CodeMeaning>;
}>;

const businessTables: ReadonlyMap<Operation, Table> = new Map<Operation, Table>([
  ["pay", table(["ACQ.", payCodes])],
  // The document of cancel lists the misspelled prefix beside the right one.
  [
    "cancel",
    table(["ACQ.", cancelCodes], ["AQC.", cancelCodes.filter(({ codes }) => codes.includes("SYSTEM_ERROR"))]),
  ],
  ["refund", table(["ACQ.", refundCodes])],
  ["query", table(["ACQ.", queryCodes])],
  ["refundQuery", table(["ACQ.", refundQueryCodes], ["", refundQueryCodesBare])],
  ["close", table(["ACQ.", closeCodes])],
  ["bill", table(["ACQ.", billCodes], ["", billCodesBare])],
  ["preAuthorisation", table(["", preAuthorisationCodes])],
]);

const gatewayTables: ReadonlyMap<string, Table> = new Map(
  [...gatewayCodes].map(([code, rows]) => [code, table(["", rows])]),
);

/**
 * The documented meaning of an answer that carries a sub-code; null when it is not documented for this operation.
 * @param code main code, such as "40004"
 * @param subCode as sent, with its prefix, such as "ACQ.PAYMENT_AUTH_CODE_INVALID"
 */
export function meaningOf(operation: Operation, code: string, subCode: string): CodeMeaning | null {
  const found = code === businessFailedCode ? businessTables.get(operation) : gatewayTables.get(code);
  if (found === undefined) return null;
  const exact = found.exact.get(subCode);
  if (exact !== undefined) return exact;
  for (const [beginning, meaning] of found.beginnings) {
    if (subCode.startsWith(beginning)) return meaning;
  }
  return null;
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
  operation: Operation | "gateway";
  code: string;
  subCode: string;
  meaning: CodeMeaning;
}>;

/** Every listed code; one that stands for a family ends in "*". For tests and generated documents. */
export function listedCodes(): readonly ListedCode[] {
  const business = [...businessTables].flatMap(([operation, found]) =>
    entriesOf(found).map((entry) => ({ operation, code: businessFailedCode, ...entry })),
  );
  const gateway = [...gatewayTables].flatMap(([code, found]) =>
    entriesOf(found).map((entry) => ({ operation: "gateway" as const, code, ...entry })),
  );
  return [...business, ...gateway];
}

function entriesOf(found: Table): ReadonlyArray<Readonly<{ subCode: string; meaning: CodeMeaning }>> {
  return [
    ...[...found.exact].map(([subCode, meaning]) => ({ subCode, meaning })),
    ...[...found.beginnings].map(([beginning, meaning]) => ({ subCode: `${beginning}*`, meaning })),
  ];
}

function table(...sections: ReadonlyArray<readonly [prefix: string, rows: readonly CodeRow[]]>): Table {
  const exact = new Map<string, CodeMeaning>();
  const beginnings = new Map<string, CodeMeaning>();
  for (const [prefix, rows] of sections) {
    for (const { codes, meaning } of rows) {
      for (const code of codes) {
        const target = code.endsWith("*") ? beginnings : exact;
        const key = prefix + (code.endsWith("*") ? code.slice(0, -1) : code);
        assert(!target.has(key), `${key} is listed twice`);
        target.set(key, meaning);
      }
    }
  }
  return { exact, beginnings };
}
