// The gateway's side of a bill: the file of a day from the books, in the shape that WeChat Pay serves.
import { yuanText, type Money } from "../../../kernel/money.ts";
import { beijingTime } from "../../../kernel/time.ts";
import { cellOf, countColumn, milliFenOf, totalColumns, writeTable } from "./table.ts";

/** One payment, or one refund of it, as the gateway’s books hold it. */
export type BookedRow = Readonly<{
  at: Date;
  appId: string;
  mchId: string;
  /** Empty without a service provider. */
  subMchId: string;
  deviceInfo: string;
  transactionId: string;
  orderNo: string;
  openid: string;
  /** MICROPAY, NATIVE … */
  tradeType: string;
  /** CFT, CCB_DEBIT … */
  bankType: string;
  /** Of the payment, or of this refund. */
  amount: Money;
  subject: string;
  /** Thousandths of a fen; below zero where it is given back. */
  feeMilliFen: bigint;
  /** "0.60%". */
  rate: string;
  /** Null for a payment. A reversal has no number of ours. */
  refund: Readonly<{
    refundId: string;
    refundNo: string;
    requestedAt: Date;
    status: "SUCCESS" | "PROCESSING" | "FAIL";
    kind: "REFUND" | "REVOKED";
  }> | null;
}>;

const headerOfAll =
  "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注";
const totalsHeader =
  "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额";

/** The columns that SUCCESS leaves out, and those that REFUND has besides. */
const refundColumns = [
  "微信退款单号",
  "商户退款单号",
  "退款金额",
  "充值券退款金额",
  "退款类型",
  "退款状态",
  "申请退款金额",
];
const refundTimes = ["退款申请时间", "退款成功时间"];

/** Which rows, in which columns: all in 27, payments in 20, refunds in 29. */
export type BillType = "ALL" | "SUCCESS" | "REFUND";

/** The file with its totals, BOM and CRLF. An empty day has no file: WeChat Pay answers NO_STATEMENT_EXIST. */
export function billFile(rows: readonly BookedRow[], type: BillType): string {
  const all = headerOfAll.split(",");
  const header =
    type === "ALL"
      ? all
      : type === "SUCCESS"
        ? all.filter((name) => !refundColumns.includes(name))
        : all.flatMap((name) => (name === "代金券金额" ? [name, ...refundTimes] : [name]));
  const kept = rows.filter(({ refund }) => type === "ALL" || (refund === null) === (type === "SUCCESS"));
  const cells = kept.map(cellsOf);
  const table = cells.map((row) => header.map((name) => row.get(name) ?? ""));
  const names = totalsHeader.split(",");
  const totals = names.map((name) => totalOf(name, cells));
  return writeTable({ header, rows: table, totalsHeader: names, totals });
}

function cellsOf(row: BookedRow): ReadonlyMap<string, string> {
  const { refund } = row;
  const amount = yuanText(row.amount);
  const [paid, back] = refund === null ? [amount, "0.00"] : ["0.00", amount];
  return new Map([
    ["交易时间", beijingTime(row.at)],
    ["公众账号ID", row.appId],
    ["商户号", row.mchId],
    ["特约商户号", row.subMchId === "" ? "0" : row.subMchId],
    ["设备号", row.deviceInfo],
    ["微信订单号", row.transactionId],
    ["商户订单号", row.orderNo],
    ["用户标识", row.openid],
    ["交易类型", row.tradeType],
    ["交易状态", refund?.kind ?? "SUCCESS"],
    ["付款银行", row.bankType],
    ["货币种类", "CNY"],
    ["应结订单金额", paid],
    ["代金券金额", "0.00"],
    ["退款申请时间", refund === null ? "" : beijingTime(refund.requestedAt)],
    ["退款成功时间", refund?.status === "SUCCESS" ? beijingTime(row.at) : ""],
    ["微信退款单号", refund?.refundId ?? "0"],
    ["商户退款单号", refund?.refundNo ?? "0"],
    ["退款金额", back],
    ["充值券退款金额", "0.00"],
    ["退款类型", refund === null ? "" : "ORIGINAL"],
    ["退款状态", refund?.status ?? ""],
    ["商品名称", row.subject.replaceAll(/[\r\n`]/g, " ")],
    ["商户数据包", ""],
    ["手续费", milliFenText(row.feeMilliFen)],
    ["费率", row.rate],
    ["订单金额", paid],
    ["申请退款金额", back],
    ["费率备注", ""],
  ]);
}

function totalOf(name: string, rows: ReadonlyArray<ReadonlyMap<string, string>>): string {
  if (countColumn.includes(name)) return String(rows.length);
  const [, column = []] = totalColumns.find(([total]) => total.includes(name)) ?? [];
  const sum = rows.reduce((total, row) => {
    const cell = cellOf([...row.keys()], [...row.values()], column) ?? "0";
    return total + (milliFenOf(cell) ?? 0n);
  }, 0n);
  return name === "手续费总金额" ? milliFenText(sum) : milliFenText(sum).slice(0, -3);
}

/** Yuan with five decimals. */
function milliFenText(milliFen: bigint): string {
  const digits = (milliFen < 0n ? -milliFen : milliFen).toString().padStart(6, "0");
  return `${milliFen < 0n ? "-" : ""}${digits.slice(0, -5)}.${digits.slice(-5)}`;
}
