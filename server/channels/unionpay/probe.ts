// Tells a working configuration from a broken one by asking for an order that cannot exist. No money moves by it.
import type { ChannelAccount, ChannelIo, ChannelWords, ConfigFinding, Exchange, Probe } from "../port.ts";
import { certificateProblemWords } from "./certificates.ts";
import type { WireFields } from "./codec.ts";
import { outcomeOf } from "./codes.ts";
import { queryContent } from "./contents.ts";
import { finding, type FindingCode } from "./findings.ts";
import { inspect } from "./inspection.ts";
import { textIn } from "./opened.ts";
import { wireTime } from "./times.ts";
import { exchanged, type Answer } from "./wire.ts";

/** Order numbers of payments begin with eight digits: this one is nobody’s. */
const probeOrderId = "huiyinprobe";

/** Signs, sends, verifies. Ready when UnionPay answers, genuinely, that it knows no such order. Never throws. */
export async function probe(io: ChannelIo, account: ChannelAccount): Promise<Probe> {
  const { problem, warnings } = inspect(account, io.now());
  if (problem !== null)
    return { outcome: { kind: "refused", finding: problem, words: null }, exchange: null };
  const content = queryContent(account, { orderId: probeOrderId, txnTime: wireTime(io.now()) });
  const { answer, exchange } = await exchanged(io, account, {
    operation: "probe",
    endpoint: "query",
    content,
  });
  const { found, words } = judged(answer, exchange, account);
  const outcome =
    found === null
      ? ({ kind: "ready", warnings } as const)
      : ({ kind: "refused", finding: found, words } as const);
  return { outcome, exchange };
}

type Judged = Readonly<{ found: ConfigFinding | null; words: ChannelWords | null }>;

function judged(answer: Answer, exchange: Exchange, account: ChannelAccount): Judged {
  if (answer.kind === "verified") {
    const { code, words } = sayingOf(answer.fields);
    if (["done", "notFound"].includes(outcomeOf("query", code))) return { found: null, words };
    return { found: findingFor(code, account) ?? finding("refusedByChannel"), words };
  }
  if (exchange.receivedAt === null) return { found: finding("gatewayUnreachable"), words: null };
  const named = findingsByProblem.get(answer.problem);
  if (named !== undefined) return { found: finding(named), words: null };
  // UnionPay cannot always sign a refusal. Nothing of it counts for money, but it names what to correct.
  const said = answer.unverified === null ? null : sayingOf(answer.unverified);
  const hinted = said === null ? null : findingFor(said.code, account);
  return { found: hinted ?? finding("gatewayStrange"), words: said?.words ?? null };
}

function sayingOf(fields: WireFields): Readonly<{ code: string; words: ChannelWords }> {
  const code = textIn(fields, "respCode") ?? "";
  return { code, words: { code, message: textIn(fields, "respMsg") ?? "" } };
}

const findingsByCode: ReadonlyMap<string, FindingCode> = new Map<string, FindingCode>([
  ["11", "signatureRefused"],
  ["31", "merchantRefused"],
  ["32", "merchantRefused"],
  ["43", "merchantRefused"],
  ...["01", "02", "03", "04", "05", "06", "37"].map((code): [string, FindingCode] => [code, "channelBusy"]),
]);

/** The finding that a code speaks for; the field is that of the mode in which the account is configured. */
function findingFor(code: string, account: ChannelAccount): ConfigFinding | null {
  const found = findingsByCode.get(code);
  if (found === undefined) return null;
  const inKeyFile = found === "signatureRefused" && (account["pfxBase64"] ?? "") !== "";
  return inKeyFile ? finding(found, "pfxBase64") : finding(found);
}

const findingsByProblem: ReadonlyMap<string, FindingCode> = new Map<string, FindingCode>([
  [certificateProblemWords.notOfMiddle, "unionpayCertificateRefused"],
  [certificateProblemWords.holderWrong, "holderWrong"],
  [certificateProblemWords.expired, "unionpayCertificateExpired"],
  [certificateProblemWords.notYetValid, "unionpayCertificateExpired"],
]);
