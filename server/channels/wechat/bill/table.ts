// The table of a WeChat Pay bill, both halves: a header, rows whose every cell begins with a backtick, and one line of totals.

export type BillTable = Readonly<{
  header: readonly string[];
  rows: ReadonlyArray<readonly string[]>;
  totalsHeader: readonly string[];
  totals: readonly string[];
}>;

const byteOrderMark = "\uFEFF";

/** The cells of a line; null where it does not begin with a backtick. Commas inside a cell stay. */
function cellsOf(line: string): readonly string[] | null {
  return line.startsWith("`") ? line.slice(1).split(",`") : null;
}

/** The table of a file, with or without byte order mark, whatever its line ends; null where it is none. */
export function readTable(file: string): BillTable | null {
  const text = file.startsWith(byteOrderMark) ? file.slice(1) : file;
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== "");
  const [first = "", ...rest] = lines;
  if (first.startsWith("`") || rest.length < 2) return null;
  const header = first.split(",");
  const [totalsHeaderLine = "", totalsLine = ""] = rest.slice(-2);
  const totalsHeader = totalsHeaderLine.split(",");
  const totals = cellsOf(totalsLine);
  if (totalsHeaderLine.startsWith("`") || totals === null || totals.length !== totalsHeader.length)
    return null;
  const rows: Array<readonly string[]> = [];
  for (const line of rest.slice(0, -2)) {
    const cells = cellsOf(line);
    if (cells === null || cells.length !== header.length) return null;
    rows.push(cells);
  }
  return { header, rows, totalsHeader, totals };
}

/** The gateway’s side: the file as WeChat Pay serves it, with a byte order mark. */
export function writeTable(table: BillTable, lineEnd: "\r\n" | "\n" = "\r\n"): string {
  const line = (cells: readonly string[]): string => `\`${cells.join(",`")}`;
  const lines = [
    table.header.join(","),
    ...table.rows.map(line),
    table.totalsHeader.join(","),
    line(table.totals),
  ];
  return `${byteOrderMark}${lines.join(lineEnd)}${lineEnd}`;
}

/** Looks a cell up by the name of its column: the newest name first, older ones behind it. */
export type Column = readonly string[];

export const columns = {
  at: ["交易时间"],
  transactionId: ["微信订单号"],
  orderNo: ["商户订单号"],
  tradeState: ["交易状态"],
  settled: ["应结订单金额", "总金额"],
  coupon: ["代金券金额", "代金券或立减优惠金额"],
  refundedAt: ["退款成功时间"],
  refundNo: ["商户退款单号"],
  refund: ["退款金额"],
  couponRefund: ["充值券退款金额", "代金券或立减优惠退款金额"],
  refundState: ["退款状态"],
  fee: ["手续费"],
  order: ["订单金额"],
  refundAsked: ["申请退款金额"],
} as const satisfies Readonly<Record<string, Column>>;

/** Each total with the column that it adds up. */
export const totalColumns: ReadonlyArray<readonly [total: Column, column: Column]> = [
  [["应结订单总金额", "总交易额"], columns.settled],
  [["退款总金额", "总退款金额"], columns.refund],
  [["充值券退款总金额", "总代金券或立减优惠退款金额"], columns.couponRefund],
  [["手续费总金额"], columns.fee],
  [["订单总金额"], columns.order],
  [["申请退款总金额"], columns.refundAsked],
];

export const countColumn: Column = ["总交易单数"];

/** The cell of a column in a line; null where the file has no such column. */
export function cellOf(header: readonly string[], cells: readonly string[], column: Column): string | null {
  for (const name of column) {
    const index = header.indexOf(name);
    if (index >= 0) return cells[index] ?? null;
  }
  return null;
}

/** Yuan with at most five decimals as thousandths of a fen, exactly; null for anything else. */
export function milliFenOf(text: string): bigint | null {
  const match = /^(-?)(\d{1,13})(?:\.(\d{1,5}))?$/.exec(text);
  if (match === null) return null;
  const [, sign, whole = "", decimals = ""] = match;
  const value = BigInt(whole) * 100_000n + BigInt(decimals.padEnd(5, "0"));
  return sign === "-" ? -value : value;
}
