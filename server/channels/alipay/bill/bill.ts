// The bill of a day: asked for at the gateway, fetched from the address in its answer, unpacked, read and doubted.
import { parseBeijingTime } from "../../../kernel/time.ts";
import type { BillRequest } from "../../bill.ts";
import type {
  BillOutcome,
  ChannelAccount,
  ChannelIo,
  ChannelWords,
  Exchange,
  Reply,
  Unknown,
} from "../../port.ts";
import { textOfBytes } from "../charset.ts";
import { textIn } from "../json.ts";
import { meaningIn, opened, reasonWithout } from "../opened.ts";
import { problemOf } from "../../problems.ts";
import { exchanged } from "../wire.ts";
import { filesIn } from "./archive.ts";
import { readBillText } from "./file.ts";

/** The address in the answer lives about thirty seconds. */
const downloadTimeoutMs = 30_000;
/** Packed; a row takes about forty bytes then. */
const downloadBytesMax = 16 * 1_024 * 1_024;

/** Never throws. What the bill says of itself is held against it: whatever does not fit makes all of it unknown. */
export async function bill(
  io: ChannelIo,
  account: ChannelAccount,
  { day }: BillRequest,
): Promise<Reply<BillOutcome>> {
  if (parseBeijingTime(`${day} 00:00:00`) === null) return notADay(io.now());
  const call = {
    operation: "bill",
    method: "alipay.data.dataservice.bill.downloadurl.query",
    content: { bill_type: "trade", bill_date: day },
    callbackUrl: null,
  } as const;
  const { answer, exchange } = await exchanged(io, account, call);
  const read = opened(answer, { channelOrderNo: "", receivedAt: exchange.receivedAt ?? io.now() });
  if (read.kind === "unknown") return { outcome: read, exchange };
  const { words } = read;
  if (read.code !== "10000") {
    const meaning = meaningIn(read, "bill");
    if (meaning?.outcome === "notFound") return { outcome: { kind: "noBill", words }, exchange };
    const outcome: BillOutcome =
      meaning?.outcome === "declined"
        ? { kind: "refused", words, causeHints: meaning.causeHints }
        : unknown(reasonWithout(meaning, words), words);
    return { outcome, exchange };
  }
  const url = fetchable(textIn(read.fields, "bill_download_url"), account["gatewayUrl"] ?? "");
  if (url === null) return { outcome: unknown("the answer has no address of a bill", words), exchange };
  const fetched = await fetchedArchive(io, url);
  const outcome =
    typeof fetched === "string"
      ? unknown(fetched, words)
      : await outcomeOfArchive(fetched, { day, sellerId: account["sellerId"] ?? "" }, words);
  return { outcome, exchange: withDownload(exchange, fetched, io.now()) };
}

/** An address on the web behind encryption; without it only at the very gateway of this machine, as in a sandbox. */
function fetchable(text: string | null, gatewayUrl: string): string | null {
  const url = URL.parse(text ?? "");
  if (url === null || url.username !== "" || url.password !== "") return null;
  const beside = url.protocol === "http:" && url.origin === URL.parse(gatewayUrl)?.origin;
  return url.protocol === "https:" || beside ? url.href : null;
}

/** The archive, or why there is none. */
async function fetchedArchive(io: ChannelIo, url: string): Promise<Uint8Array | string> {
  try {
    const { status, body } = await io.transport({
      ...{ method: "GET", url, headers: {}, body: "" },
      ...{ timeoutMs: downloadTimeoutMs, replyBytesMax: downloadBytesMax },
    });
    return status === 200 ? body : `the download was answered with HTTP status ${status}`;
  } catch (error) {
    return problemOf(error);
  }
}

async function outcomeOfArchive(
  archive: Uint8Array,
  wanted: Readonly<{ day: string; sellerId: string }>,
  words: ChannelWords,
): Promise<BillOutcome> {
  try {
    // Beside the details lies their summary by store.
    const details = (await filesIn(archive)).filter(
      ({ name }) => name.endsWith(".csv") && !name.includes("汇总"),
    );
    const [detail] = details;
    if (detail === undefined || details.length > 1)
      return unknown("the archive is not that of a bill", words);
    const file = textOfBytes(detail.content, "gbk");
    const reading = readBillText(file, wanted);
    return reading.kind === "lines"
      ? { kind: "bill", lines: reading.lines, file, words }
      : unknown(reading.problem, words);
  } catch (error) {
    return unknown(`the archive cannot be unpacked: ${problemOf(error)}`, words);
  }
}

/** The evidence of both requests in one. */
function withDownload(exchange: Exchange, fetched: Uint8Array | string, receivedAt: Date): Exchange {
  const download = typeof fetched === "string" ? { problem: fetched } : { bytes: fetched.byteLength };
  const problem = typeof fetched === "string" ? fetched : exchange.problem;
  return { ...exchange, receivedAt, response: { ...exchange.response, download }, problem };
}

function notADay(at: Date): Reply<BillOutcome> {
  const words = { code: "", message: "日期不存在 / no such day" };
  const nothing = { sentAt: at, receivedAt: null, request: {}, response: null, httpStatus: null } as const;
  const exchange: Exchange = { operation: "bill", ...nothing, problem: "no such day" };
  return { outcome: { kind: "refused", words, causeHints: [] }, exchange };
}

function unknown(reason: string, words: ChannelWords | null): Unknown {
  return { kind: "unknown", reason, words };
}
