// The detail file of a bill as text, both halves: what the gateway writes and what the platform reads. Pure.
// Nothing is quoted in it, so a comma in a subject or a remark moves the cells after it: rows are read from both ends.
import { add, fen, negate, parseYuan, sameMoney, yuanText, type Money } from "../../../kernel/money.ts";
import { addSeconds, beijingTime, parseBeijingTime } from "../../../kernel/time.ts";
import type { BillLine } from "../../bill.ts";

/** The columns, in Alipay’s words and order. */
const columns = [
  ...["支付宝交易号", "商户订单号", "业务类型", "商品名称", "创建时间", "完成时间", "门店编号", "门店名称"],
  ...["操作员", "终端号", "对方账户", "订单金额（元）", "商家实收（元）", "支付宝红包（元）", "集分宝（元）"],
  ...["支付宝优惠（元）", "商家优惠（元）", "券核销金额（元）", "券名称", "商家红包消费金额（元）"],
  ...["卡消费金额（元）", "退款批次号/请求号", "服务费（元）", "分润（元）", "备注"],
] as const;

/** Where the columns are that are read. The fourth and the last hold whatever a merchant wrote. */
const at = {
  ...{ tradeNo: 0, orderNo: 1, kind: 2, subject: 3, createdAt: 4, finishedAt: 5, payer: 10, amount: 11 },
  ...{ received: 12, merchantDiscount: 16, requestNo: 21, fee: 22, remark: 24 },
} as const;
const moneyColumns = [11, 12, 13, 14, 15, 16, 17, 19, 20, 22, 23] as const;

const kindWords = { payment: "交易", refund: "退款" } as const;
const kinds = new Map<string, BillLine["kind"]>([
  [kindWords.payment, "payment"],
  [kindWords.refund, "refund"],
]);

/** Behind the account’s number in the file. */
const accountSuffix = "0156";

export type BillRow = Readonly<{
  kind: BillLine["kind"];
  tradeNo: string;
  outTradeNo: string;
  subject: string;
  createdAt: Date;
  finishedAt: Date;
  /** Of the order, and what the merchant receives of it: both never negative. */
  amount: Money;
  received: Money;
  /** The merchant’s number of a refund; empty for a payment. */
  requestNo: string;
  /** What Alipay takes; below zero where it gives back. */
  fee: Money;
  payer: string;
  remark: string;
}>;

export type BillFacts = Readonly<{
  day: string;
  sellerId: string;
  madeAt: Date;
  rows: readonly BillRow[];
}>;

/** The gateway’s side: the whole file, with line ends of Windows. */
export function billText({ day, sellerId, madeAt, rows }: BillFacts): string {
  const from = parseBeijingTime(`${day} 00:00:00`) ?? madeAt;
  const total = (kind: BillLine["kind"]) => totalOf(rows.filter((row) => row.kind === kind).map(cellsOf));
  const [paid, refunded] = [total("payment"), total("refund")];
  const lines = [
    "#支付宝业务明细查询",
    `#账号：[${sellerId}${accountSuffix}]`,
    `#起始日期：[${longTime(from)}]   终止日期：[${longTime(addSeconds(from, 86_400))}]`,
    "#-----------------------------------------业务明细列表----------------------------------------",
    columns.join(","),
    ...rows.map((row) => cellsOf(row).join(",")),
    "#-----------------------------------------业务明细列表结束------------------------------------",
    `#交易合计：${paid.count}笔，商家实收共${yuanText(paid.received)}元，商家优惠共${yuanText(paid.discount)}元`,
    `#退款合计：${refunded.count}笔，商家实收退款共${yuanText(refunded.received)}元，商家优惠退款共${yuanText(refunded.discount)}元`,
    `#导出时间：[${longTime(madeAt)}]`,
  ];
  return `${lines.join("\r\n")}\r\n`;
}

function cellsOf(row: BillRow): string[] {
  const signed = (amount: Money): string => yuanText(row.kind === "refund" ? negate(amount) : amount);
  const cells: string[] = columns.map((_, index) =>
    moneyColumns.some((money) => money === index) ? "0.00" : "",
  );
  // Numbers end in a tab, so that a spreadsheet leaves them alone.
  cells[at.tradeNo] = `${row.tradeNo}\t`;
  cells[at.orderNo] = `${row.outTradeNo}\t`;
  cells[at.kind] = kindWords[row.kind];
  cells[at.subject] = row.subject;
  cells[at.createdAt] = beijingTime(row.createdAt);
  cells[at.finishedAt] = beijingTime(row.finishedAt);
  cells[at.payer] = row.payer;
  cells[at.amount] = signed(row.amount);
  cells[at.received] = signed(row.received);
  cells[at.requestNo] = `${row.requestNo}\t`;
  cells[at.fee] = yuanText(negate(row.fee));
  cells[at.remark] = row.remark;
  return cells;
}

/** "2026年03月01日 12:00:00" */
function longTime(moment: Date): string {
  return beijingTime(moment).replace(/^(\d+)-(\d+)-(\d+)/, "$1年$2月$3日");
}

export type BillReading =
  | Readonly<{ kind: "lines"; lines: readonly BillLine[] }>
  /** Nothing of it is believed: it is of something else, cannot be read whole, or contradicts itself. */
  | Readonly<{ kind: "doubtful"; problem: string }>;

/** Reads a whole file of one day and one account, and holds its totals against its rows. Never throws. */
export function readBillText(text: string, wanted: Readonly<{ day: string; sellerId: string }>): BillReading {
  const lines = text.split(/\r?\n/);
  const account = /^#账号：\[([^\]]*)\]/m.exec(text)?.[1];
  if (account !== `${wanted.sellerId}${accountSuffix}`) return doubtful("the bill is of another account");
  const [, year, month, date] = /^#起始日期：\[(\d{4})[年-](\d{2})[月-](\d{2})/m.exec(text) ?? [];
  if (`${year}-${month}-${date}` !== wanted.day) return doubtful("the bill is of another day");
  const header = lines.findIndex((line) => captionsOf(line) === columns.join(","));
  if (header < 0) return doubtful("the columns are not those of a bill");
  const end = lines.findIndex((line, index) => index > header && /^#-.*列表结束/.test(line));
  if (end < 0) return doubtful("the list of rows has no end");
  const rows = lines.slice(header + 1, end).filter((line) => line.trim() !== "");
  const aligned: string[][] = [];
  const read: BillLine[] = [];
  for (const [index, row] of rows.entries()) {
    const cells = alignedCells(row);
    const line = cells === null ? null : billLineOf(cells);
    if (cells === null || line === null) return doubtful(`row ${index + 1} cannot be read`);
    aligned.push(cells);
    read.push(line);
  }
  const holds = totalsHold(text, aligned);
  return holds ? { kind: "lines", lines: read } : doubtful("the totals are not those of the rows");
}

function doubtful(problem: string): BillReading {
  return { kind: "doubtful", problem };
}

/** Older files write the brackets in half width. */
function captionsOf(line: string): string {
  const captions = line.split(",").map((caption) => caption.trim());
  return captions.join(",").replaceAll("(", "（").replaceAll(")", "）");
}

/**
 * The 25 cells of a row that may have more commas than that, in the subject or in the remark. Moments and amounts in their
 * places tell how many belong to which; null where no reading fits, or more than one.
 */
function alignedCells(row: string): string[] | null {
  const cells = row.split(",").map((cell) => cell.trim());
  const surplus = cells.length - columns.length;
  const readings: string[][] = [];
  for (let inSubject = 0; inSubject <= surplus; inSubject += 1) {
    const reading = [
      ...cells.slice(0, at.subject),
      cells.slice(at.subject, at.createdAt + inSubject).join(","),
      ...cells.slice(at.createdAt + inSubject, at.remark + inSubject),
      cells.slice(at.remark + inSubject).join(","),
    ];
    if (fits(reading)) readings.push(reading);
  }
  return readings.length === 1 ? (readings[0] ?? null) : null;
}

function fits(cells: readonly string[]): boolean {
  const moments = [at.createdAt, at.finishedAt].every(
    (index) => parseBeijingTime(cells[index] ?? "") !== null,
  );
  return moments && moneyColumns.every((index) => parseYuan(cells[index] ?? "") !== null);
}

function billLineOf(cells: readonly string[]): BillLine | null {
  const state = cells[at.kind] ?? "";
  const kind = kinds.get(state);
  const finishedAt = parseBeijingTime(cells[at.finishedAt] ?? "");
  const signed = moneyIn(cells, at.amount);
  const amount = kind === "refund" ? negate(signed) : signed;
  const channelTradeNo = cells[at.tradeNo] ?? "";
  const channelOrderNo = cells[at.orderNo] ?? "";
  if (kind === undefined || finishedAt === null || amount.minor < 0n) return null;
  if (channelTradeNo === "" || channelOrderNo === "") return null;
  const requestNo = cells[at.requestNo] ?? "";
  const channelRefundNo = kind === "refund" && requestNo !== "" ? requestNo : null;
  const feeMilliFen = -moneyIn(cells, at.fee).minor * 1_000n;
  return {
    kind,
    channelTradeNo,
    channelOrderNo,
    channelRefundNo,
    amount,
    feeMilliFen,
    at: finishedAt,
    state,
  };
}

function moneyIn(cells: readonly string[], index: number): Money {
  return parseYuan(cells[index] ?? "") ?? fen(0);
}

type Total = Readonly<{ count: number; received: Money; discount: Money }>;

function totalOf(rows: ReadonlyArray<readonly string[]>): Total {
  const sum = (index: number): Money => rows.map((cells) => moneyIn(cells, index)).reduce(add, fen(0));
  return { count: rows.length, received: sum(at.received), discount: sum(at.merchantDiscount) };
}

/** Each kind of row has its line of totals; a file in which one is missing may have been cut. */
function totalsHold(text: string, rows: ReadonlyArray<readonly string[]>): boolean {
  const lines: ReadonlyArray<readonly [BillLine["kind"], RegExp]> = [
    ["payment", /^#交易合计：(\d{1,9})笔，商家实收共(-?[\d.]+)元，商家优惠共(-?[\d.]+)元\s*$/m],
    ["refund", /^#退款合计：(\d{1,9})笔，商家实收退款共(-?[\d.]+)元，商家优惠退款共(-?[\d.]+)元\s*$/m],
  ];
  return lines.every(([kind, pattern]) => {
    const [, count, received = "", discount = ""] = pattern.exec(text) ?? [];
    const said = [parseYuan(received), parseYuan(discount)];
    const total = totalOf(rows.filter((cells) => kinds.get(cells[at.kind] ?? "") === kind));
    const [saidReceived, saidDiscount] = said;
    if (count !== String(total.count) || !saidReceived || !saidDiscount) return false;
    return sameMoney(saidReceived, total.received) && sameMoney(saidDiscount, total.discount);
  });
}
