// Bills of the simulated Alipay: drawn from the books when somebody asks, in the exact format, and fetched from an address
// that lives thirty seconds and is good for nothing else.
import { createHmac, timingSafeEqual } from "node:crypto";
import { archiveOf } from "@huiyin/server/channels/alipay/bill/archiveWriter.ts";
import { billText, type BillRow } from "@huiyin/server/channels/alipay/bill/file.ts";
import { bytesOfText } from "@huiyin/server/channels/alipay/charset.ts";
import { parsedObject } from "@huiyin/server/channels/alipay/json.ts";
import { add, fen, parseYuan, yuanText } from "@huiyin/server/kernel/money.ts";
import { addSeconds, businessDate, parseBeijingTime } from "@huiyin/server/kernel/time.ts";
import type { Book, Merchant } from "../book/model.ts";
import type { BillPlan } from "../faults/model.ts";
import { gatewayError } from "./admission.ts";
import { errorNode, type Node } from "./nodes.ts";

/** Below the sandbox’s address. */
export const billPath = "/alipay/bills";

const addressLifeSeconds = 30;
/** A bill is made at nine in the morning after its day. */
const readyAfterSeconds = (24 + 9) * 3_600;

/** What one address stands for. */
type Ticket = Readonly<{ appId: string; day: string; plan: BillPlan; endsAtMs: number }>;

export type BillDeps = Readonly<{
  book: Book;
  /** Signs addresses. */
  secret: string;
  /** Where bills are fetched: the sandbox’s own address with `billPath`. */
  address: string;
}>;

/** The node that answers alipay.data.dataservice.bill.downloadurl.query. */
export function billNode(
  deps: BillDeps,
  merchant: Merchant,
  asked: Readonly<{ bizContent: string; plan: BillPlan; now: Date }>,
): Node {
  const content = parsedObject(asked.bizContent);
  if (content === null) return errorNode(gatewayError("isv.illegal-json"));
  if (content.get("bill_type") !== "trade") return refused("TYPE_NOT_SUPPORTED", "不支持的账单类型");
  const day = String(content.get("bill_date"));
  const begins = parseBeijingTime(`${day} 00:00:00`);
  if (begins === null) return refused("INVAILID_ARGUMENTS", "账单日期无效");
  if (begins.getTime() + 86_400_000 <= merchant.registeredAtMs)
    return refused("BILL_DATE_BEFORE_REGISTRATION", "账单日期早于注册日期");
  const ready = addSeconds(begins, readyAfterSeconds) <= asked.now && asked.plan !== "notReady";
  if (!ready || rowsOf(deps.book, merchant, day).length === 0)
    return refused("isp.bill_not_exist", "账单不存在");
  const endsAtMs = addSeconds(asked.now, addressLifeSeconds).getTime();
  const token = tokenOf(deps.secret, { appId: merchant.appId, day, plan: asked.plan, endsAtMs });
  return { code: "10000", msg: "Success", bill_download_url: `${deps.address}/${token}.zip` };
}

function refused(subCode: string, subMessage: string): Node {
  return { code: "40004", msg: "Business Failed", sub_code: subCode, sub_msg: subMessage };
}

/** The archive behind an address; null where it is none of ours, or its time is over. */
export function billArchive(deps: BillDeps, address: string, now: Date): Buffer | null {
  const token = /\/([A-Za-z0-9_-]+\.[0-9a-f]{64})\.zip$/.exec(address)?.[1];
  const ticket = token === undefined ? null : ticketIn(deps.secret, token);
  const merchant = ticket === null ? undefined : deps.book.merchants.get(ticket.appId);
  if (ticket === null || merchant === undefined || ticket.endsAtMs < now.getTime()) return null;
  const { sellerId } = merchant;
  const whole = rowsOf(deps.book, merchant, ticket.day);
  // Sound in itself: only the books know of the row that is missing, or too many.
  const extra = ticket.plan === "rowExtra" ? whole.slice(0, 1) : [];
  const rows = ticket.plan === "rowMissing" ? whole.slice(0, -1) : [...extra, ...whole];
  const text = spoilt(billText({ day: ticket.day, sellerId, madeAt: now, rows }), ticket.plan);
  const name = `${sellerId}0156_${ticket.day.replaceAll("-", "")}_业务明细`;
  const received = rows.filter(({ kind }) => kind === "payment").map(({ amount }) => amount);
  const summary = `#支付宝业务汇总查询\r\n合计,${received.length},${yuanText(received.reduce(add, fen(0)))}\r\n`;
  return archiveOf(
    [
      { name: `${name}.csv`, content: bytesOfText(text, "gbk") },
      { name: `${name}(汇总).csv`, content: bytesOfText(summary, "gbk") },
    ],
    "deflate",
  );
}

/** Every payment and refund of a merchant that was finished on this day, in the order in which it was. */
function rowsOf(book: Book, { appId }: Merchant, day: string): BillRow[] {
  const rows: BillRow[] = [];
  for (const trade of book.trades.values()) {
    if (trade.appId !== appId || trade.paidAtMs === 0) continue;
    const { tradeNo, outTradeNo, subject, body: remark } = trade;
    const payer = book.wallets.get(trade.walletId)?.logonId ?? "";
    // The simulated Alipay takes no fee.
    const common = { tradeNo, outTradeNo, subject, remark, payer, fee: fen(0) };
    const createdAt = new Date(trade.createdAtMs);
    const paid = { amount: fen(trade.amountFen), received: fen(trade.amountFen), requestNo: "" };
    rows.push({ kind: "payment", ...common, createdAt, finishedAt: new Date(trade.paidAtMs), ...paid });
    for (const { requestNo, amountFen, atMs, doneAtMs } of trade.refunds) {
      const back = { amount: fen(amountFen), received: fen(amountFen), requestNo };
      const finishedAt = new Date(doneAtMs === 0 ? atMs : doneAtMs);
      rows.push({ kind: "refund", ...common, createdAt: new Date(atMs), finishedAt, ...back });
    }
  }
  return rows
    .filter(({ finishedAt }) => businessDate(finishedAt) === day)
    .toSorted((left, right) => left.finishedAt.getTime() - right.finishedAt.getTime());
}

/** The rows as they are; the total of payments says one fen more where it is to be wrong. No hash belongs to such a bill. */
function spoilt(text: string, plan: BillPlan): string {
  if (plan !== "totalsWrong") return text;
  return text.replace(/商家实收共([\d.]+)元/, (_, said: string) => {
    return `商家实收共${yuanText(add(parseYuan(said) ?? fen(0), fen(1)))}元`;
  });
}

function tokenOf(secret: string, ticket: Ticket): string {
  const text = Buffer.from(JSON.stringify(ticket)).toString("base64url");
  return `${text}.${sealOf(secret, text)}`;
}

function ticketIn(secret: string, token: string): Ticket | null {
  const [text = "", seal = ""] = token.split(".");
  const expected = Buffer.from(sealOf(secret, text));
  if (seal.length !== expected.length || !timingSafeEqual(Buffer.from(seal), expected)) return null;
  return JSON.parse(Buffer.from(text, "base64url").toString()) as Ticket;
}

function sealOf(secret: string, text: string): string {
  return createHmac("sha256", secret).update(text).digest("hex");
}
