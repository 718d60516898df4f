// What the lines of a WeChat Pay bill say, and whether its totals agree with them. Pure.
import { fen, type Money } from "../../../kernel/money.ts";
import { parseBeijingTime } from "../../../kernel/time.ts";
import type { BillLine } from "../../bill.ts";
import {
  cellOf,
  columns,
  countColumn,
  milliFenOf,
  readTable,
  totalColumns,
  type BillTable,
} from "./table.ts";

export type BillReading =
  | Readonly<{
      kind: "read";
      lines: readonly BillLine[];
      /** The first total that contradicts the lines; null where all agree. */
      totalsProblem: string | null;
    }>
  | Readonly<{ kind: "malformed"; problem: string }>;

/** Reads a bill of any of its shapes: ALL of 27 or, from before 2019, 24 columns, SUCCESS of 20, REFUND of 29. Never throws. */
export function readBill(file: string): BillReading {
  const table = readTable(file);
  if (table === null) return { kind: "malformed", problem: "not a table with totals" };
  const lines: BillLine[] = [];
  for (const [index, cells] of table.rows.entries()) {
    const line = lineOf(table.header, cells);
    if (typeof line === "string") return { kind: "malformed", problem: `row ${index + 1}: ${line}` };
    lines.push(line);
  }
  return { kind: "read", lines, totalsProblem: totalsProblemOf(table) };
}

/** Which way the money of a row went. A reversed code payment that had been paid stands as one that went back. */
const kinds: ReadonlyMap<string, BillLine["kind"]> = new Map([
  ["SUCCESS", "payment"],
  ["REFUND", "refund"],
  ["REVOKED", "refund"],
]);

/** The line, or what is wrong with it. */
function lineOf(header: readonly string[], cells: readonly string[]): BillLine | string {
  const cell = (column: readonly string[]): string => cellOf(header, cells, column) ?? "";
  const state = cell(columns.tradeState);
  const kind = kinds.get(state);
  if (kind === undefined) return `交易状态 ${state || "missing"} is not documented`;
  const [channelTradeNo, channelOrderNo] = [cell(columns.transactionId), cell(columns.orderNo)];
  if (channelTradeNo === "" || channelOrderNo === "") return "an order without its numbers";
  const wanted =
    kind === "payment" ? [columns.order, columns.settled] : [columns.refundAsked, columns.refund];
  const amount = amountOf(
    wanted.map((column) => cellOf(header, cells, column)).find((text) => text !== null),
  );
  if (amount === null) return "no readable amount";
  const at = timeOf(cell(columns.refundedAt)) ?? timeOf(cell(columns.at));
  if (at === null) return "no readable time";
  const feeText = cell(columns.fee);
  const feeMilliFen = feeText === "" ? null : milliFenOf(feeText);
  if (feeText !== "" && feeMilliFen === null) return "no readable fee";
  const refundNo = cell(columns.refundNo);
  const channelRefundNo = kind === "payment" || refundNo === "" || refundNo === "0" ? null : refundNo;
  const told = kind === "refund" ? cell(columns.refundState) || state : state;
  return { kind, channelTradeNo, channelOrderNo, channelRefundNo, amount, feeMilliFen, at, state: told };
}

/** Whole fen, never negative. */
function amountOf(text: string | null | undefined): Money | null {
  const milliFen = milliFenOf(text ?? "");
  return milliFen === null || milliFen < 0n || milliFen % 1_000n !== 0n ? null : fen(milliFen / 1_000n);
}

/** Legacy files have full-width colons. */
function timeOf(text: string): Date | null {
  return parseBeijingTime(text.replaceAll("：", ":"));
}

/** Every total that the file has is added up again, exactly. The count may be printed as “45.0”. */
function totalsProblemOf({ header, rows, totalsHeader, totals }: BillTable): string | null {
  const count = milliFenOf(cellOf(totalsHeader, totals, countColumn) ?? "");
  if (count !== BigInt(rows.length) * 100_000n) return `${countColumn[0]} is not the number of rows`;
  for (const [total, column] of totalColumns) {
    const told = cellOf(totalsHeader, totals, total);
    // Fewer columns than totals: SUCCESS has no refunds to add up.
    if (told === null || !column.some((name) => header.includes(name))) continue;
    const parts = rows.map((cells) => milliFenOf(cellOf(header, cells, column) ?? ""));
    const sum = parts.reduce<bigint | null>(
      (left, part) => (left === null || part === null ? null : left + part),
      0n,
    );
    if (sum === null || sum !== milliFenOf(told)) return `${total[0]} is not the sum of its rows`;
  }
  return null;
}
