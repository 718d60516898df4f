// The settlement file of a day (76/01): what UnionPay says was paid and given back. `fileContent` is base64 over deflate
// over a ZIP, which holds the merchant’s file (…ZM_…) of fixed-width lines.
// The widths of UnionPay’s own files are in no document at hand: those below are this platform’s profile of them, which the
// simulated gateway writes. A file of another shape is not believed in any part.
import type { Bill, BillLine } from "../bill.ts";
import { add, fen, type Money } from "../../kernel/money.ts";
import { parseWireTime, wireTime } from "./times.ts";

/** One column: its name and width in characters; numbers are filled up with zeros from the left, texts with blanks from the right. */
const columns = [
  ["transaction", 3],
  ["merId", 15],
  ["orderId", 40],
  ["txnTime", 14],
  ["queryId", 21],
  ["amountFen", 12],
  ["finishedAt", 14],
  ["paymentOrderId", 40],
  ["paymentQueryId", 21],
] as const satisfies ReadonlyArray<readonly [string, number]>;
type Column = (typeof columns)[number][0];
type Row = Readonly<Record<Column, string>>;

/** One transaction of the day. @see BillLine for what its members mean */
export type Settled = Readonly<{
  kind: "payment" | "refund" | "void";
  orderId: string;
  orderedAt: Date;
  queryId: string;
  amount: Money;
  finishedAt: Date;
  /** Of the payment: itself, or what was given back. */
  paymentOrderId: string;
  paymentQueryId: string;
}>;

const transactions = { payment: "PAY", refund: "REF", void: "VOI" } as const;

/** The name of the merchant’s file inside the ZIP. @param day "2026-11-22" */
export function settlementFileName(merId: string, day: string): string {
  return `INN${day.slice(2).replaceAll("-", "")}88ZM_${merId}`;
}

/** The gateway’s side: the text of the merchant’s file, its totals last. */
export function settlementText(merId: string, settled: readonly Settled[]): string {
  const lines = settled.map((each) =>
    written({
      transaction: transactions[each.kind],
      merId,
      orderId: each.orderId,
      txnTime: wireTime(each.orderedAt),
      queryId: each.queryId,
      amountFen: each.amount.minor.toString().padStart(12, "0"),
      finishedAt: wireTime(each.finishedAt),
      paymentOrderId: each.paymentOrderId,
      paymentQueryId: each.paymentQueryId,
    }),
  );
  const sums = ([["payment"], ["refund", "void"]] as const).map((kinds: readonly Settled["kind"][]) =>
    totalOf(settled.filter(({ kind }) => kinds.includes(kind)))
      .minor.toString()
      .padStart(16, "0"),
  );
  return [...lines, `SUM ${String(lines.length).padStart(8, "0")} ${sums.join(" ")}`, ""].join("\r\n");
}

export type SettlementReading =
  Readonly<{ kind: "bill"; bill: Bill }> | Readonly<{ kind: "malformed"; problem: string }>;

/** Reads the merchant’s file. Its totals must agree with its lines, and every line must be this merchant’s. Never throws. */
export function readSettlement(file: string, merId: string): SettlementReading {
  const lines = file.split("\r\n").filter((line) => line !== "");
  const sum = /^SUM (\d{8}) (\d{16}) (\d{16})$/.exec(lines.at(-1) ?? "");
  if (sum === null) return malformed("the file does not end in its totals");
  const read: BillLine[] = [];
  for (const [index, line] of lines.slice(0, -1).entries()) {
    const found = lineOf(line, merId);
    if (found === null) return malformed(`line ${index + 1} is not of the known shape`);
    read.push(found);
  }
  const [, count = "", paid = "", back = ""] = sum;
  if (BigInt(count) !== BigInt(read.length)) return malformed("the count is not that of the lines");
  for (const [kind, total] of [
    ["payment", paid],
    ["refund", back],
  ] as const) {
    if (totalOf(read.filter((line) => line.kind === kind)).minor !== BigInt(total))
      return malformed(`the total of each ${kind} is not that of the lines`);
  }
  return { kind: "bill", bill: { lines: read, file } };
}

function lineOf(line: string, merId: string): BillLine | null {
  const row = rowOf(line);
  if (row === null || row.merId !== merId || !/^\d{12}$/.test(row.amountFen)) return null;
  const at = parseWireTime(row.finishedAt);
  const kind = kinds.get(row.transaction);
  if (at === null || kind === undefined || row.paymentOrderId === "") return null;
  return {
    kind,
    channelTradeNo: row.paymentQueryId,
    channelOrderNo: row.paymentOrderId,
    channelRefundNo: kind === "refund" ? row.orderId : null,
    amount: fen(BigInt(row.amountFen)),
    feeMilliFen: null,
    at,
    state: "",
  };
}

const kinds: ReadonlyMap<string, BillLine["kind"]> = new Map([
  [transactions.payment, "payment"],
  [transactions.refund, "refund"],
  [transactions.void, "refund"],
]);

function written(row: Row): string {
  return columns.map(([name, width]) => row[name].padEnd(width)).join(" ");
}

function rowOf(line: string): Row | null {
  const found = new Map<Column, string>();
  let at = 0;
  for (const [name, width] of columns) {
    found.set(name, line.slice(at, at + width).trimEnd());
    at += width + 1;
  }
  return line.length === at - 1 ? (Object.fromEntries(found) as Row) : null;
}

function totalOf(lines: ReadonlyArray<Readonly<{ amount: Money }>>): Money {
  return lines.map(({ amount }) => amount).reduce(add, fen(0));
}

function malformed(problem: string): SettlementReading {
  return { kind: "malformed", problem };
}
