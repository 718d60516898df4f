// The bill of a day from WeChat Pay. v3 gives a signed address and digest, and then the file; v2 the file at once.
// Nothing of a file is believed that contradicts its digest or its own totals.
import { createHash } from "node:crypto";
import { businessDate } from "../../../kernel/time.ts";
import type { BillRequest } from "../../bill.ts";
import type {
  BillOutcome,
  ChannelAccount,
  ChannelIo,
  Exchange,
  Reply,
  WireReply,
  WireRequest,
} from "../../port.ts";
import { wireText } from "../../wireText.ts";
import { fieldOf, otherGenerationOf } from "../account.ts";
import { meaningOf } from "../codes.ts";
import { textIn } from "../json.ts";
import { meaningIn, opened, reasonWithout } from "../opened.ts";
import { problemOf } from "../../problems.ts";
import { v2Calls } from "../v2/calls.ts";
import { v2Request } from "../v2/wire.ts";
import { v3Call } from "../v3/routes.ts";
import { exchangedV3, v3Request } from "../v3/wire.ts";
import { readXml } from "../xml.ts";
import { readBill } from "./read.ts";

/** A row has about 400 bytes: a hundred thousand payments a day. */
const billBytesMax = 64 * 1_024 * 1_024;
/** How long a file may take to come. */
const billTimeoutMs = 60_000;

/** @param day "2026-11-22"; ready after ten o'clock on the next day. Never throws. */
export async function bill(
  io: ChannelIo,
  account: ChannelAccount,
  request: BillRequest,
): Promise<Reply<BillOutcome>> {
  return otherGenerationOf(account) === "v2" ? billV2(io, account, request) : billV3(io, account, request);
}

async function billV3(
  io: ChannelIo,
  account: ChannelAccount,
  { day }: BillRequest,
): Promise<Reply<BillOutcome>> {
  const { method, path } = v3Call("tradebill", "direct");
  const subMchId = fieldOf(account, "subMchId");
  const query = `?bill_date=${day}&bill_type=ALL${subMchId === "" ? "" : `&sub_mchid=${subMchId}`}`;
  const call = { operation: "bill", method, path: path + query, body: null } as const;
  const { answer, exchange } = await exchangedV3(io, account, call);
  const read = opened(answer, { channelOrderNo: "", receivedAt: exchange.receivedAt ?? io.now() });
  if (read.kind === "unknown") return { outcome: read, exchange };
  const { words } = read;
  if (read.said === "refused") {
    const meaning = meaningIn(read, "bill");
    const outcome: BillOutcome =
      meaning?.outcome === "notFound"
        ? { kind: "noBill", words }
        : { kind: "unknown", reason: reasonWithout(meaning, words), words };
    return { outcome, exchange };
  }
  const [url, hash] = [textIn(read.fields, "download_url"), textIn(read.fields, "hash_value")];
  const hashType = textIn(read.fields, "hash_type");
  if (url === null || hash === null || hashType !== "SHA1" || !mayDownload(url, account))
    return { outcome: { kind: "unknown", reason: "no address or digest of a file", words }, exchange };
  const prepare = async (sentAt: Date): Promise<WireRequest> =>
    v3Request(account, { url, sentAt, method, body: null });
  // The address carries a token: the evidence keeps only where it leads.
  const shownUrl = url.split("?", 1)[0] ?? "";
  return downloaded(io, { shownUrl, asked: { bill_date: day }, prepare }, (reply) => {
    if (reply.status !== 200) return { kind: "unknown", reason: `HTTP status ${reply.status}`, words: null };
    const digest = createHash("sha1").update(reply.body).digest("hex");
    if (digest !== hash.toLowerCase())
      return { kind: "unknown", reason: "the file is not the one of the digest", words };
    return outcomeOfFile(wireText({ headers: {}, body: reply.body }), day);
  });
}

/** The address is signed; it must still lead nowhere but over TLS, or to the gateway itself. */
function mayDownload(url: string, account: ChannelAccount): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, origin } = new URL(url);
  return protocol === "https:" || origin === new URL(fieldOf(account, "gatewayUrl")).origin;
}

function billV2(io: ChannelIo, account: ChannelAccount, { day }: BillRequest): Promise<Reply<BillOutcome>> {
  const url = `${fieldOf(account, "gatewayUrl")}${v2Calls.downloadbill.path}`;
  const fields = [
    ["bill_date", day.replaceAll("-", "")],
    ["bill_type", "ALL"],
  ] as const;
  const prepare = async (sentAt: Date): Promise<WireRequest> =>
    v2Request(account, { url, call: "downloadbill", fields, sentAt });
  return downloaded(io, { shownUrl: url, asked: Object.fromEntries(fields), prepare }, (reply) => {
    if (reply.status !== 200) return { kind: "unknown", reason: `HTTP status ${reply.status}`, words: null };
    const text = wireText({ headers: {}, body: reply.body });
    return text.trimStart().startsWith("<") ? outcomeOfRefusalV2(text) : outcomeOfFile(text, day);
  });
}

/** Neither the file nor the refusal of v2 is signed: a refusal ends nothing, and a file is held against its totals. */
function outcomeOfRefusalV2(text: string): BillOutcome {
  const reading = readXml(text);
  if (reading.kind === "malformed")
    return { kind: "unknown", reason: `no bill: ${reading.problem}`, words: null };
  const { fields } = reading;
  const told = [textIn(fields, "return_msg"), textIn(fields, "error_code"), textIn(fields, "err_code")];
  const code = told.find((name) => name !== null && meaningOf("v2", "bill", name) !== null) ?? told[0] ?? "";
  const words = { code, message: textIn(fields, "return_msg") ?? "" };
  const meaning = meaningOf("v2", "bill", code);
  if (meaning?.outcome === "notFound") return { kind: "noBill", words };
  if (meaning?.outcome === "declined") return { kind: "refused", words, causeHints: meaning.causeHints };
  return { kind: "unknown", reason: reasonWithout(meaning, words), words };
}

/** Every row of a bill of all trade was finished on its day. */
function outcomeOfFile(file: string, day: string): BillOutcome {
  const reading = readBill(file);
  if (reading.kind === "malformed")
    return { kind: "unknown", reason: `the file cannot be read: ${reading.problem}`, words: null };
  const { lines, totalsProblem } = reading;
  if (totalsProblem !== null) return { kind: "unknown", reason: totalsProblem, words: null };
  if (lines.some((line) => businessDate(line.at) !== day))
    return { kind: "unknown", reason: "a row is of another day", words: null };
  return { kind: "bill", lines, file, words: { code: "SUCCESS", message: `${lines.length} rows` } };
}

type Download = Readonly<{
  shownUrl: string;
  asked: Readonly<Record<string, string>>;
  prepare: (sentAt: Date) => Promise<WireRequest>;
}>;

/** Fetches the file once. The evidence keeps its size and digest, not its rows. */
async function downloaded(
  io: ChannelIo,
  { shownUrl, asked, prepare }: Download,
  judge: (reply: WireReply) => BillOutcome,
): Promise<Reply<BillOutcome>> {
  const sentAt = io.now();
  const base = { operation: "bill", sentAt, request: { url: shownUrl, ...asked } } as const;
  let reply: WireReply;
  try {
    const request = await prepare(sentAt);
    reply = await io.transport({ ...request, timeoutMs: billTimeoutMs, replyBytesMax: billBytesMax });
  } catch (error) {
    const problem = problemOf(error);
    const exchange = { ...base, receivedAt: null, response: null, httpStatus: null, problem };
    return { outcome: { kind: "unknown", reason: problem, words: null }, exchange };
  }
  const outcome = judge(reply);
  const sha1 = createHash("sha1").update(reply.body).digest("hex");
  const exchange: Exchange = {
    ...base,
    receivedAt: io.now(),
    response: { bytes: reply.body.length, sha1 },
    httpStatus: reply.status,
    problem: outcome.kind === "unknown" ? outcome.reason : null,
  };
  return { outcome, exchange };
}
