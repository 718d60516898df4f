// Alipay’s gateway wire (OpenAPI v2 style) as pure functions, both halves: what a caller sends and reads,
// and what a gateway reads and answers. One description serves the client and the simulated gateway.
// Signatures are made and checked elsewhere (signing.ts); here are only the texts they cover.
import { parsedValue, topLevelMembers } from "./json.ts";

/** Request or notification parameters, URL-decoded once. */
export type WireParameters = ReadonlyMap<string, string>;

/** The public parameters that travel in the URL query, as the official SDKs send them; all others go into the form body. */
export const queryParameterNames: ReadonlySet<string> = new Set([
  "app_id",
  "method",
  "format",
  "charset",
  "sign_type",
  "sign",
  "timestamp",
  "version",
  "notify_url",
  "return_url",
  "auth_token",
  "app_auth_token",
  "app_cert_sn",
  "alipay_root_cert_sn",
]);

export const errorNodeName = "error_response";

/** Content type of Alipay’s answers: the body is JSON, the header does not say so. */
export const answerContentType = "text/html;charset=utf-8";
const formMediaType = "application/x-www-form-urlencoded";

/** The name of the answer’s node: "alipay.trade.pay" → "alipay_trade_pay_response". */
export function responseNodeName(method: string): string {
  return `${method.replaceAll(".", "_")}_response`;
}

/**
 * The text a request signature covers: every non-empty parameter but `sign`, ordered by name, values not URL-encoded.
 * `sign_type` stays in, unlike in notifications.
 */
export function requestSignText(parameters: WireParameters): string {
  return joined([...parameters].filter(([name, value]) => name !== "sign" && value !== ""));
}

/**
 * Every text under which a gateway should accept a request’s signature.
 * The official npm SDK keeps empty values in its sign text, against the written rule.
 */
export function requestSignTextsAccepted(parameters: WireParameters): readonly string[] {
  const byRule = requestSignText(parameters);
  const withEmptyValues = joined([...parameters].filter(([name]) => name !== "sign"));
  return byRule === withEmptyValues ? [byRule] : [byRule, withEmptyValues];
}

export type EncodedRequest = Readonly<{
  url: string;
  headers: Readonly<Record<string, string>>;
  body: string;
}>;

/** Pairs as a form in one charset: only the bytes behind the percent signs differ. */
export type FormEncoding = Readonly<{
  charset: string;
  encode: (pairs: ReadonlyArray<readonly [string, string]>) => string;
}>;

export const utf8Form: FormEncoding = {
  charset: "utf-8",
  encode: (pairs) =>
    new URLSearchParams(pairs.map(([name, value]): [string, string] => [name, value])).toString(),
};

/** A signed request as the official SDKs send it: public parameters in the URL query, biz_content in the form body. */
export function encodeRequest(
  gatewayUrl: string,
  parameters: WireParameters,
  form: FormEncoding = utf8Form,
): EncodedRequest {
  const part = (inQuery: "yes" | "no") =>
    form.encode([...parameters].filter(([name]) => queryParameterNames.has(name) === (inQuery === "yes")));
  return {
    url: `${gatewayUrl}?${part("yes")}`,
    headers: { "content-type": `${formMediaType};charset=${form.charset}`, accept: "application/json" },
    body: part("no"),
  };
}

export type RequestReading =
  | Readonly<{ kind: "request"; parameters: WireParameters }>
  | Readonly<{ kind: "malformed"; problem: string }>;

/**
 * The gateway’s side: merges query and form body, as both may carry any parameter, before the signature is checked.
 * @param query the URL’s query without "?", still encoded
 * @param body the form body, still encoded
 */
export function readRequest(query: string, body: string): RequestReading {
  const parameters = new Map<string, string>();
  // The charset is told by a parameter of the same request, whose own letters are ASCII.
  const gbk = /(?:^|[?&])charset=gbk(?:&|$)/i.test(query) || /(?:^|&)charset=gbk(?:&|$)/i.test(body);
  for (const source of [query, body]) {
    for (const [name, value] of gbk ? pairsInGbk(source) : new URLSearchParams(source)) {
      const before = parameters.get(name);
      // Two values for one name: whichever we chose, the caller may have signed the other.
      if (before !== undefined && before !== value)
        return { kind: "malformed", problem: `${name} appears twice` };
      parameters.set(name, value);
    }
  }
  return { kind: "request", parameters };
}

function pairsInGbk(source: string): ReadonlyArray<readonly [string, string]> {
  const decoder = new TextDecoder("gbk");
  const decoded = (text: string): string => {
    const bytes = text
      .replaceAll("+", " ")
      .replaceAll(/%([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
    return decoder.decode(Uint8Array.from(bytes, (unit) => unit.charCodeAt(0)));
  };
  const pairs = source.replace(/^\?/, "").split("&");
  return pairs
    .filter((pair) => pair !== "")
    .map((pair) => {
      const equals = pair.indexOf("=");
      const name = equals < 0 ? pair : pair.slice(0, equals);
      return [decoded(name), equals < 0 ? "" : decoded(pair.slice(equals + 1))] as const;
    });
}

/** `startsAt`: where the node begins in the body. */
export type AnswerSlice =
  | Readonly<{
      kind: "answer";
      node: "own" | "error";
      text: string;
      startsAt: number;
      signature: string | null;
    }>
  | Readonly<{ kind: "malformed"; problem: string }>;

/**
 * Cuts out the node that the signature covers, exactly as sent, and the last top-level `sign`.
 * Nothing of it may be believed before the signature over `text` was checked. Never throws.
 */
export function sliceAnswer(body: string, method: string): AnswerSlice {
  const members = topLevelMembers(body);
  if (members === null) return { kind: "malformed", problem: "answer is not a JSON object" };
  const own = members.filter((member) => member.key === responseNodeName(method));
  const error = members.filter((member) => member.key === errorNodeName);
  const node = own[0] ?? error[0];
  if (node === undefined)
    return { kind: "malformed", problem: `answer has no node ${responseNodeName(method)}` };
  // One signature cannot say which of two nodes it vouches for.
  if (own.length + error.length > 1) return { kind: "malformed", problem: "answer has more than one node" };
  const sign = parsedValue(members.findLast((member) => member.key === "sign")?.text ?? "null");
  return {
    kind: "answer",
    node: own.length === 1 ? "own" : "error",
    text: node.text,
    startsAt: node.startsAt,
    signature: typeof sign === "string" && sign !== "" ? sign : null,
  };
}

/** The serial of the certificate that an answer says it was signed under; null in public-key mode. Unsigned itself. */
export function answerCertificateSerial(body: string): string | null {
  const member = topLevelMembers(body)?.findLast(({ key }) => key === "alipay_cert_sn");
  const serial = parsedValue(member?.text ?? "null");
  return typeof serial === "string" && serial !== "" ? serial : null;
}

/**
 * The gateway’s side: an answer body around a node text that was signed as it is.
 * @param nodeName `responseNodeName(method)` or `errorNodeName`
 * @param signature base64 over exactly `nodeText`; null for the unsigned errors that the gateway sends at times
 * @param certificateSerial of the certificate it was signed under, in certificate mode
 */
export function answerBody(
  nodeName: string,
  nodeText: string,
  signature: string | null,
  certificateSerial: string | null = null,
): string {
  const serial = certificateSerial === null ? "" : `,"alipay_cert_sn":${JSON.stringify(certificateSerial)}`;
  const sign = signature === null ? "" : `,"sign":${JSON.stringify(signature)}`;
  return `{${JSON.stringify(nodeName)}:${nodeText}${serial}${sign}}`;
}

/**
 * The text a notification signature covers. Trade notifications drop `sign` and `sign_type`;
 * those of the service market keep `sign_type`. Empty values stay in.
 */
export function notificationSignText(fields: WireParameters, signType: "dropped" | "kept"): string {
  return joined(
    [...fields].filter(([name]) => name !== "sign" && (name !== "sign_type" || signType === "kept")),
  );
}

/** The form body that carries a notification. */
export function notificationBody(fields: WireParameters): string {
  return new URLSearchParams([...fields]).toString();
}

/** Names in ASCII order, which is also UTF-16 order: all names of this wire are ASCII. */
function joined(entries: ReadonlyArray<readonly [string, string]>): string {
  return entries
    .toSorted(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0))
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
}
