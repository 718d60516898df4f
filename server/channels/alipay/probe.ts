// Tells a working configuration from a broken one by asking for an order that cannot exist. No money moves by it.
import type { ChannelAccount, ChannelIo, ChannelWords, ConfigFinding, Exchange, Probe } from "../port.ts";
import { finding, type FindingCode } from "./findings.ts";
import { inspect } from "./inspection.ts";
import { textIn } from "./json.ts";
import type { Answer } from "./opened.ts";
import { modeOf, unknownCertificateProblem } from "./trust.ts";
import { exchanged } from "./wire.ts";

/** Order numbers of payments begin with eight digits: this one is nobody’s. */
const probeOrderNo = "huiyin_probe";

/** Signs, sends, verifies. Ready when Alipay answers, genuinely, that it knows no such order. Never throws. */
export async function probe(io: ChannelIo, account: ChannelAccount): Promise<Probe> {
  const { problem, warnings } = inspect(account, io.now());
  if (problem !== null)
    return { outcome: { kind: "refused", finding: problem, words: null }, exchange: null };
  const content = { out_trade_no: probeOrderNo };
  const call = { operation: "probe", method: "alipay.trade.query", content, callbackUrl: null } as const;
  const { answer, exchange } = await exchanged(io, account, call);
  const { found, words } = judged(answer, exchange, account);
  const outcome =
    found === null
      ? ({ kind: "ready", warnings } as const)
      : ({ kind: "refused", finding: found, words } as const);
  return { outcome, exchange };
}

type Judged = Readonly<{ found: ConfigFinding | null; words: ChannelWords | null }>;

function judged(answer: Answer, exchange: Exchange, account: ChannelAccount): Judged {
  if (answer.kind === "verified") return judgedBySaying(answer.fields, account);
  if (exchange.receivedAt === null) return { found: finding("gatewayUnreachable"), words: null };
  // The gateway does not sign every refusal. Nothing of it counts for money, but it names what to correct.
  const said = answer.unverified === null ? null : sayingOf(answer.unverified);
  const hinted = said === null ? undefined : findingOf(said.subCode);
  if (said !== null && hinted !== undefined) return { found: inMode(hinted, account), words: said.words };
  if (answer.problem === unknownCertificateProblem)
    return { found: finding("alipayCertificateUnknown"), words: null };
  if (answer.problem === "bad signature") return { found: inMode("publicKeyWrong", account), words: null };
  return { found: finding("gatewayStrange"), words: said?.words ?? null };
}

function judgedBySaying(fields: ReadonlyMap<string, unknown>, account: ChannelAccount): Judged {
  const { code, subCode, words } = sayingOf(fields);
  if (code === "10000" || (code === "40004" && subCode === "ACQ.TRADE_NOT_EXIST"))
    return { found: null, words };
  const known = findingOf(subCode);
  if (known !== undefined) return { found: inMode(known, account), words };
  if (code === "20000" || code === "40005" || subCode === "ACQ.SYSTEM_ERROR")
    return { found: finding("channelBusy"), words };
  return { found: finding("refusedByChannel"), words };
}

function sayingOf(
  fields: ReadonlyMap<string, unknown>,
): Readonly<{ code: string; subCode: string; words: ChannelWords }> {
  const code = textIn(fields, "code") ?? "";
  const subCode = textIn(fields, "sub_code") ?? "";
  const message = textIn(fields, "sub_msg") ?? textIn(fields, "msg") ?? "";
  return { code, subCode, words: { code: subCode === "" ? code : subCode, message } };
}

/** The same saying of the gateway points at another field in certificate mode. */
function inMode(code: FindingCode, account: ChannelAccount): ConfigFinding {
  const certificates = modeOf(account) === "certificate";
  if (code === "publicKeyWrong" && certificates) return finding("alipayCertificateWrong");
  if (code === "appCertificateWrong" && !certificates) return finding("certificateModeNeeded");
  return finding(code);
}

/** “decryption-error” comes with various endings. */
function findingOf(subCode: string): FindingCode | undefined {
  return subCode.startsWith("isv.decryption-error") ? "aesKeyWrong" : findingsBySubCode.get(subCode);
}

const findingsBySubCode: ReadonlyMap<string, FindingCode> = new Map<string, FindingCode>([
  ["isv.missing-app-id", "appIdWrong"],
  ["isv.invalid-app-id", "appIdWrong"],
  ["ACQ.PARTNER_ERROR", "appIdWrong"],
  ["isv.invalid-app-state", "appInactive"],
  ["isv.missing-signature-key", "privateKeyWrong"],
  ["isv.invalid-signature", "privateKeyWrong"],
  ["isv.unsupported-expired-app-key-sign", "privateKeyWrong"],
  ["isv.missing-app-cert-sn", "appCertificateWrong"],
  ["isv.app-cert-not-exist", "appCertificateWrong"],
  ["isv.missing-alipay-root-cert-sn", "rootCertificateWrong"],
  ["isv.invalid-alipay-root-cert-sn", "rootCertificateWrong"],
  ["isv.missing-alipay-cert-sn", "alipayCertificateWrong"],
  ["isv.alipay-cert-not-exist", "alipayCertificateWrong"],
  ["isv.missing-timestamp", "clockWrong"],
  ["isv.invalid-timestamp", "clockWrong"],
  ["isv.illegal-timestamp", "clockWrong"],
  ["isv.insufficient-isv-permissions", "productNotSigned"],
  ["isv.insufficient-user-permissions", "productNotSigned"],
  ["aop.no-product-reg-by-partner", "productNotSigned"],
  ["isv.invalid-product", "productNotSigned"],
  ["ACQ.ACCESS_FORBIDDEN", "productNotSigned"],
  ["aop.invalid-auth-token", "appAuthTokenWrong"],
  ["aop.invalid-app-auth-token", "appAuthTokenWrong"],
  ["aop.auth-token-time-out", "appAuthTokenExpired"],
  ["aop.app-auth-token-time-out", "appAuthTokenExpired"],
  ["aop.invalid-app-auth-token-no-api", "appAuthTokenWithoutInterface"],
  ["isv.missing-encrypt-type", "aesKeyWrong"],
  ["isv.missing-encrypt-key", "aesKeyWrong"],
  ["isv.invalid-encrypt", "aesKeyWrong"],
  ["isv.invalid-encrypt-type", "aesKeyWrong"],
  ["isv.invalid-charset", "charsetWrong"],
]);
