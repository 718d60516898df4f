// Tells a working configuration from a broken one by asking for an order that cannot exist. No money moves by it.
import type {
  ChannelAccount,
  ChannelIo,
  ChannelWords,
  ConfigFinding,
  Exchange,
  OrderReference,
  Probe,
} from "../port.ts";
import { fen } from "../../kernel/money.ts";
import { fieldOf, generationsOf, partyOf, trustedKeysOf } from "./account.ts";
import { meaningOf } from "./codes.ts";
import { serialOf } from "./crypto/rsa.ts";
import { finding, newCertificateWarning, type FindingCode } from "./findings.ts";
import { inspect } from "./inspection.ts";
import { textIn, type Members } from "./json.ts";
import type { Answer } from "./opened.ts";
import { orderNoFields } from "./v2/contents.ts";
import { exchangedV2 } from "./v2/wire.ts";
import { certificatesOf } from "./v3/certificates.ts";
import { orderQuery } from "./v3/contents.ts";
import { v3Call } from "./v3/routes.ts";
import { exchangedV3 } from "./v3/wire.ts";

/** Order numbers of payments begin with eight digits: this one is nobody’s. */
const probeOrderNo = "huiyin_probe";

type Judged = Readonly<{
  found: ConfigFinding | null;
  words: ChannelWords | null;
  exchange: Exchange;
  warnings?: readonly ConfigFinding[];
}>;

/** Signs, sends, verifies, in each generation that the account has. Ready when WeChat Pay answers, genuinely, that it knows no such order. Never throws. */
export async function probe(io: ChannelIo, account: ChannelAccount): Promise<Probe> {
  const { problem, warnings } = inspect(account, io.now());
  if (problem !== null)
    return { outcome: { kind: "refused", finding: problem, words: null }, exchange: null };
  const all = [...warnings];
  let last: Exchange | null = null;
  for (const ask of questionsOf(account)) {
    const { found, words, exchange, warnings: more = [] } = await ask(io, account);
    last = exchange;
    all.push(...more);
    if (found !== null) return { outcome: { kind: "refused", finding: found, words }, exchange };
  }
  return { outcome: { kind: "ready", warnings: all }, exchange: last };
}

type Ask = (io: ChannelIo, account: ChannelAccount) => Promise<Judged>;

function questionsOf(account: ChannelAccount): readonly Ask[] {
  const generations = generationsOf(account);
  const certificates = fieldOf(account, "platformCertificatesPem") !== "";
  return [
    ...(generations.includes("v2") ? [askV2] : []),
    ...(generations.includes("v3") ? [askV3] : []),
    ...(generations.includes("v3") && certificates ? [askCertificates] : []),
  ];
}

async function askV2(io: ChannelIo, account: ChannelAccount): Promise<Judged> {
  const order: OrderReference = { channelOrderNo: probeOrderNo, orderedAt: io.now(), amount: fen(1) };
  const call = { operation: "probe", call: "orderquery", fields: orderNoFields(order) } as const;
  const { answer, exchange } = await exchangedV2(io, account, call);
  return { ...judgedV2(answer, exchange), exchange };
}

type Judgement = Omit<Judged, "exchange">;

function judgedV2(answer: Answer, exchange: Exchange): Judgement {
  if (exchange.receivedAt === null) return { found: finding("gatewayUnreachable"), words: null };
  if (answer.kind === "untrusted") {
    const said = answer.unverified === null ? null : textIn(answer.unverified, "return_msg");
    const words = said === null ? null : { code: "FAIL", message: said };
    // What could not be taken in is refused without a signature. It counts for nothing, but names what to correct.
    const hinted = said === null ? undefined : hintsOfV2.find(([pattern]) => pattern.test(said))?.[1];
    if (hinted !== undefined) return { found: finding(hinted), words };
    const code = answer.problem === "bad signature" ? "apiKeyV2Wrong" : "gatewayStrange";
    return { found: finding(code), words };
  }
  const code = textIn(answer.fields, "err_code") ?? textIn(answer.fields, "result_code") ?? "";
  const words = { code, message: textIn(answer.fields, "err_code_des") ?? "" };
  if (code === "SUCCESS" || meaningOf("v2", "query", code)?.outcome === "notFound")
    return { found: null, words };
  return { found: finding(findingsByCode.get(code) ?? "refusedByChannel"), words };
}

/** How the unsigned refusals of v2 are worded. */
const hintsOfV2: ReadonlyArray<readonly [RegExp, FindingCode]> = [
  [/签名错误|签名失败|sign(ature)? ?error/i, "apiKeyV2Wrong"],
  [/不匹配|not match/i, "appIdNotBound"],
  [/appid/i, "appIdWrong"],
  [/mch_?id|商户号/i, "mchIdWrong"],
];

async function askV3(io: ChannelIo, account: ChannelAccount): Promise<Judged> {
  const { method, path } = v3Call("query", partyOf(account), probeOrderNo);
  const call = { operation: "probe", method, path: path + orderQuery(account), body: null } as const;
  const { answer, exchange } = await exchangedV3(io, account, call);
  return { ...judgedV3(answer, exchange), exchange };
}

function judgedV3(answer: Answer, exchange: Exchange): Judgement {
  if (exchange.receivedAt === null) return { found: finding("gatewayUnreachable"), words: null };
  if (answer.kind === "untrusted") return judgedUntrustedV3(answer);
  if (answer.generation !== "v3") return { found: finding("gatewayStrange"), words: null };
  const { status, fields } = answer;
  const { code, words } = sayingOf(fields);
  if (status === 200 || meaningOf("v3", "query", `${status} ${code}`)?.outcome === "notFound")
    return { found: null, words };
  return { found: finding(hintOfV3(code, words.message) ?? "refusedByChannel"), words };
}

function judgedUntrustedV3(answer: Extract<Answer, { kind: "untrusted" }>): Judgement {
  const said = answer.unverified === null ? null : sayingOf(answer.unverified);
  const words = said === null || said.code === "" ? null : said.words;
  switch (answer.problem) {
    case "clock differs":
      return { found: finding("clockWrong"), words };
    case "unknown serial":
      return { found: finding("platformKeyUnknown"), words };
    case "bad signature":
      return { found: finding("platformKeyWrong"), words };
    default: {
      // Who we are is refused without a signature. It counts for nothing, but names what to correct.
      const hinted = said === null ? undefined : hintOfV3(said.code, said.words.message);
      return { found: finding(hinted ?? "gatewayStrange"), words };
    }
  }
}

function sayingOf(fields: Members): Readonly<{ code: string; words: ChannelWords }> {
  const code = textIn(fields, "code") ?? "";
  return { code, words: { code, message: textIn(fields, "message") ?? "" } };
}

function hintOfV3(code: string, message: string): FindingCode | undefined {
  if (code !== "SIGN_ERROR") return findingsByCode.get(code);
  if (/timestamp|时间/i.test(message)) return "clockWrong";
  return /serial|序列号/i.test(message) ? "serialWrong" : "privateKeyWrong";
}

const findingsByCode: ReadonlyMap<string, FindingCode> = new Map<string, FindingCode>([
  ["SIGNERROR", "apiKeyV2Wrong"],
  ["APPID_NOT_EXIST", "appIdWrong"],
  ["MCHID_NOT_EXIST", "mchIdWrong"],
  ["MCH_NOT_EXISTS", "mchIdWrong"],
  ["APPID_MCHID_NOT_MATCH", "appIdNotBound"],
  ["NOAUTH", "productNotSigned"],
  ["NO_AUTH", "productNotSigned"],
  ["SYSTEMERROR", "channelBusy"],
  ["SYSTEM_ERROR", "channelBusy"],
  ["BANK_ERROR", "channelBusy"],
  ["FREQUENCY_LIMITED", "channelBusy"],
  ["RATELIMIT_EXCEEDED", "channelBusy"],
  ["FREQUENCY_LIMIT_EXCEED", "channelBusy"],
]);

/** The APIv3 key shows only in what was sealed under it; and this answer names certificates that the account lacks. */
async function askCertificates(io: ChannelIo, account: ChannelAccount): Promise<Judged> {
  const { method, path } = v3Call("certificates", "direct");
  const { answer, exchange } = await exchangedV3(io, account, {
    operation: "probe",
    method,
    path,
    body: null,
  });
  if (answer.kind === "untrusted" || answer.generation !== "v3" || answer.status !== 200)
    // Merchants with a public key have no certificates: the query before has shown that the rest works.
    return { found: null, words: null, exchange };
  const certificates = certificatesOf(
    JSON.stringify(Object.fromEntries(answer.fields)),
    fieldOf(account, "apiV3Key"),
  );
  if (certificates === null) return { found: finding("apiV3KeyWrong"), words: null, exchange };
  const known = trustedKeysOf(account);
  const fresh = certificates.some((certificate) => !known.has(serialOf(certificate)));
  return { found: null, words: null, exchange, warnings: fresh ? [newCertificateWarning] : [] };
}
