// Written by `npm run generate` from the contract of the platform. Not to be changed by hand.

type Localized = Readonly<{ zh: string; en: string }>;

// SHA-256 (FIPS 180-4) in plain TypeScript: browsers offer none outside HTTPS, and a cashier may run over plain HTTP.

const roundConstants = constants();

/** The 32 bytes of the digest. */
export function sha256(message: Uint8Array): Uint8Array {
  const padded = pad(message);
  const state = [
    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
  ];
  const words = new Int32Array(64);
  for (let offset = 0; offset < padded.byteLength; offset += 64) compress(state, words, padded, offset);
  const digest = new DataView(new ArrayBuffer(32));
  state.forEach((word, index) => digest.setInt32(index * 4, word));
  return new Uint8Array(digest.buffer);
}

/** The message, a one bit, zeros, and its length in bits: a multiple of 64 bytes. */
function pad(message: Uint8Array): DataView {
  const blocks = Math.ceil((message.length + 9) / 64);
  const bytes = new Uint8Array(blocks * 64);
  bytes.set(message);
  bytes[message.length] = 0x80;
  const view = new DataView(bytes.buffer);
  view.setBigUint64(bytes.length - 8, BigInt(message.length) * 8n);
  return view;
}

function rotate(word: number, bits: number): number {
  return (word >>> bits) | (word << (32 - bits));
}

function compress(state: number[], words: Int32Array, block: DataView, offset: number): void {
  const w = (index: number): number => words[index] ?? 0;
  for (let i = 0; i < 16; i += 1) words[i] = block.getInt32(offset + i * 4);
  for (let i = 16; i < 64; i += 1) {
    const small0 = rotate(w(i - 15), 7) ^ rotate(w(i - 15), 18) ^ (w(i - 15) >>> 3);
    const small1 = rotate(w(i - 2), 17) ^ rotate(w(i - 2), 19) ^ (w(i - 2) >>> 10);
    words[i] = (w(i - 16) + small0 + w(i - 7) + small1) | 0;
  }
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
  for (let i = 0; i < 64; i += 1) {
    const big1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const first = (h + big1 + ((e & f) ^ (~e & g)) + (roundConstants[i] ?? 0) + w(i)) | 0;
    const big0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    const second = (big0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + second) | 0];
  }
  [a, b, c, d, e, f, g, h].forEach((word, index) => (state[index] = ((state[index] ?? 0) + word) | 0));
}

/** The first 32 bits of the fractional parts of the cube roots of the first 64 primes, computed exactly. */
function constants(): Int32Array {
  const primes: bigint[] = [];
  for (let candidate = 2n; primes.length < 64; candidate += 1n) {
    if (primes.every((prime) => candidate % prime !== 0n)) primes.push(candidate);
  }
  return Int32Array.from(primes, (prime) => Number(BigInt.asIntN(32, cubeRoot(prime << 96n))));
}

/** The largest whole number whose cube is not above the value, by bisection. */
function cubeRoot(value: bigint): bigint {
  let low = 0n;
  let high = 1n << 40n;
  while (high - low > 1n) {
    const middle = (low + high) / 2n;
    if (middle ** 3n <= value) low = middle;
    else high = middle;
  }
  return low;
}

// Signatures of terminals: HTTP requests by RFC 9421 with Content-Digest (RFC 9530), and the password of an MQTT
// connection. Pure, so that browsers, virtual terminals and the server build the same bytes; the key stays outside.

/** The key of a device. `sign` is Ed25519 over the message: 64 bytes. */
export type DeviceKey = Readonly<{
  /** The terminal's id, trm_… */
  keyId: string;
  sign(message: Uint8Array): Uint8Array | Promise<Uint8Array>;
}>;

/** When, and a value never used before by this key: 16 … 64 characters of A–Z a–z 0–9 - _. */
export type SignatureMoment = Readonly<{ createdSeconds: number; nonce: string }>;

export type SignableRequest = Readonly<{
  method: string;
  /** Path and query exactly as they will be sent: "/v1/payments?wait=5". */
  url: string;
  /** Null where the request has no body. */
  body: Uint8Array | null;
  idempotencyKey: string | null;
}>;

/** The components that a signature covers, in this order where the request has them. */
export const signatureComponents = [
  "@method",
  "@path",
  "@query",
  "content-digest",
  "idempotency-key",
] as const;
export type SignatureComponent = (typeof signatureComponents)[number];

export const noncePattern = /^[A-Za-z0-9_-]{16,64}$/;

/** The headers to add to the request: signature-input, signature and, with a body, content-digest. */
export async function signRequest(
  key: DeviceKey,
  request: SignableRequest,
  moment: SignatureMoment,
): Promise<Record<string, string>> {
  const digest = request.body === null || request.body.length === 0 ? null : contentDigest(request.body);
  const components = signatureComponents.filter(
    (name) =>
      (name !== "content-digest" || digest !== null) &&
      (name !== "idempotency-key" || request.idempotencyKey !== null),
  );
  const { createdSeconds, nonce } = moment;
  const names = components.map((name) => `"${name}"`).join(" ");
  const parameters = `(${names});created=${createdSeconds};keyid="${key.keyId}";nonce="${nonce}";alg="ed25519"`;
  const values = componentValues({ ...request, contentDigest: digest });
  const signature = await key.sign(signatureBase(components, values, parameters));
  return {
    ...(digest === null ? {} : { "content-digest": digest }),
    "signature-input": `sig1=${parameters}`,
    signature: `sig1=:${base64(signature)}:`,
  };
}

/** `sha-256=:…:` of a body (RFC 9530). */
export function contentDigest(body: Uint8Array): string {
  return `sha-256=:${base64(sha256(body))}:`;
}

/** The value of each component of a request; null where the request has none. */
export function componentValues(
  request: Readonly<{
    method: string;
    url: string;
    contentDigest: string | null;
    idempotencyKey: string | null;
  }>,
): ReadonlyMap<SignatureComponent, string | null> {
  const mark = request.url.indexOf("?");
  return new Map([
    ["@method", request.method.toUpperCase()],
    ["@path", mark < 0 ? request.url : request.url.slice(0, mark)],
    // RFC 9421 section 2.2.7: an absent query is a lone question mark.
    ["@query", mark < 0 ? "?" : request.url.slice(mark)],
    ["content-digest", request.contentDigest],
    ["idempotency-key", request.idempotencyKey],
  ]);
}

/** The bytes to sign (RFC 9421 section 2.5). Every component must have a value. */
export function signatureBase(
  components: readonly SignatureComponent[],
  values: ReadonlyMap<SignatureComponent, string | null>,
  parameters: string,
): Uint8Array {
  const lines = components.map((name) => `"${name}": ${values.get(name) ?? ""}`);
  return utf8([...lines, `"@signature-params": ${parameters}`].join("\n"));
}

export type ParsedSignature = Readonly<{
  components: readonly SignatureComponent[];
  /** The member of Signature-Input as it came: it is signed itself. */
  parameters: string;
  keyId: string;
  createdSeconds: number;
  nonce: string;
  signature: Uint8Array;
}>;

const inputPattern =
  /^([a-z*][a-z0-9_.*-]{0,31})=(\(((?:"[a-z@-]+"(?: "[a-z@-]+")*)?)\)((?:;[a-z]+=(?:\d{1,12}|"[^"\\]*"))*))$/;
const signaturePattern = /^([a-z*][a-z0-9_.*-]{0,31})=:([A-Za-z0-9+/]{86}==):$/;
const knownComponents: ReadonlyMap<string, SignatureComponent> = new Map(
  signatureComponents.map((name) => [name, name]),
);

/**
 * Reads the two headers of one signature. Returns what is wrong with them, in both languages, where they are not exactly
 * one Ed25519 signature with created, keyid and nonce over components known here, each named once.
 */
export function parseSignature(signatureInput: string, signatureHeader: string): ParsedSignature | Localized {
  const input = inputPattern.exec(signatureInput);
  const given = signaturePattern.exec(signatureHeader);
  if (!input)
    return {
      zh: "Signature-Input 应只含一项，且各组成部分加引号。",
      en: "Signature-Input is not one member with quoted components.",
    };
  if (!given)
    return {
      zh: "Signature 应为一个 base64 编码的 Ed25519 签名。",
      en: "Signature is not one Ed25519 signature in base64.",
    };
  const [, label, parameters = "", names = "", tail = ""] = input;
  if (label !== given[1])
    return {
      zh: "Signature 与 Signature-Input 的标签不一致。",
      en: "Signature and Signature-Input have different labels.",
    };
  const components: SignatureComponent[] = [];
  for (const quoted of names === "" ? [] : names.split(" ")) {
    const component = knownComponents.get(quoted.slice(1, -1));
    if (component === undefined || components.includes(component))
      return { zh: `组成部分 ${quoted} 无法识别或重复。`, en: `component ${quoted} is unknown or doubled.` };
    components.push(component);
  }
  const fields = parametersOf(tail);
  if (fields === null) return { zh: "有重复的参数。", en: "a parameter is doubled." };
  const created = fields.get("created") ?? "";
  const nonce = fields.get("nonce")?.slice(1, -1) ?? "";
  const algorithm = fields.get("alg") ?? '"ed25519"';
  if (!/^\d{1,12}$/.test(created)) return { zh: "缺少参数 created。", en: "parameter created is missing." };
  if (!noncePattern.test(nonce))
    return {
      zh: "参数 nonce 应为 16 至 64 个字符，限 A–Z a–z 0–9 - _。",
      en: "parameter nonce is not 16 … 64 characters of A–Z a–z 0–9 - _.",
    };
  if (algorithm !== '"ed25519"')
    return { zh: "参数 alg 应为 ed25519。", en: "parameter alg is not ed25519." };
  const keyId = fields.get("keyid")?.slice(1, -1) ?? "";
  const signature = bytesOfBase64(given[2] ?? "");
  return { components, parameters, keyId, createdSeconds: Number(created), nonce, signature };
}

function parametersOf(tail: string): ReadonlyMap<string, string> | null {
  const fields = new Map<string, string>();
  for (const [, name = "", value = ""] of tail.matchAll(/;([a-z]+)=(\d+|"[^"]*")/g)) {
    if (fields.has(name)) return null;
    fields.set(name, value);
  }
  return fields;
}

/** The password of an MQTT connection: `v1.created.nonce.signature`, good once. The username is the terminal's id. */
export async function mqttPassword(key: DeviceKey, moment: SignatureMoment): Promise<string> {
  const signature = await key.sign(mqttPasswordBase(key.keyId, moment));
  return `v1.${moment.createdSeconds}.${moment.nonce}.${base64(signature)}`;
}

/** The bytes that an MQTT password signs. */
export function mqttPasswordBase(keyId: string, moment: SignatureMoment): Uint8Array {
  return utf8(`huiyin mqtt v1\n${keyId}\n${moment.createdSeconds}\n${moment.nonce}`);
}

/** Reads an MQTT password; null where it is none. */
export function parseMqttPassword(
  password: string,
): (SignatureMoment & Readonly<{ signature: Uint8Array }>) | null {
  const match = /^v1\.(\d{1,12})\.([A-Za-z0-9_-]{16,64})\.([A-Za-z0-9+/]{86}==)$/.exec(password);
  if (!match) return null;
  const [, created, nonce = "", signature = ""] = match;
  return { createdSeconds: Number(created), nonce, signature: bytesOfBase64(signature) };
}

/** Standard base64 with padding, in browsers and in Node. */
export function base64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}

/** The bytes of standard base64. Throws where the text is none. */
export function bytesOfBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
