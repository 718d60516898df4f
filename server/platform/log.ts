// The log: one JSON object a line, with secrets and personal data masked whatever a caller passes in.
// Two walls: fields are masked by their name, and texts by what they look like.
import pino, { type DestinationStream, type Logger } from "pino";
import type { LogLevel } from "./configReaders.ts";

export type Log = Logger;

const hidden = "[hidden]";
const depthMax = 8;

/** Names of fields that are never written, in lower case without separators. */
const secretNames = new Set(
  [
    "authorization proxyAuthorization cookie setCookie password passphrase secret clientSecret webhookSecret token accessToken",
    "refreshToken controlToken signInToken apiKey privateKey appPrivateKey masterKey key sign signature webhookSignature",
    "payerCode authCode code39 cardNumber cardNo bankCardNo pan cvv cvv2 expiryDate track1 track2 track3 pin pinBlock",
    "phone phoneNumber mobile telephone idNumber idCard idCardNo certNo buyerLogonId payerName holderName databaseUrl",
  ]
    .join(" ")
    .toLowerCase()
    .split(" "),
);

// What gives itself away in any text. Lookarounds keep parts of longer identifiers out.
const patterns: ReadonlyArray<readonly [RegExp, string]> = [
  [/-----BEGIN [A-Z ]+-----[\s\S]*?(-----END [A-Z ]+-----|$)/g, hidden],
  [/\b(Bearer|Basic)\s+[\w.~+/=-]{6,}/gi, `$1 ${hidden}`],
  [/(?<![0-9A-Za-z])(sk|ok|whsec|dev)_[\w-]{12,}/g, `$1_${hidden}`],
  [/([a-z][a-z0-9+.-]*:\/\/[^\s:/@]*):[^\s/@]+@/gi, `$1:${hidden}@`],
  // Resident identity number: region, date of birth, sequence, check character.
  [
    /(?<![0-9A-Za-z])[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?![0-9A-Za-z])/g,
    hidden,
  ],
  // A payer's code: 16 to 24 digits that begin with 25 to 30 (Alipay); WeChat Pay's begin with 10 to 15 and have 18.
  [/(?<![0-9A-Za-z])(?:2[5-9]|30)\d{14,22}(?![0-9A-Za-z])/g, hidden],
  [/(?<![0-9A-Za-z])1[0-5]\d{16}(?![0-9A-Za-z])/g, hidden],
  [/(?<![0-9A-Za-z+])(?:\+?86[ -]?)?1[3-9]\d{9}(?![0-9A-Za-z])/g, hidden],
];
// Cards have 15 to 19 digits; shorter ones would take one in ten times in milliseconds for a card.
const cardNumber = /(?<![0-9A-Za-z])\d{15,19}(?![0-9A-Za-z])/g;

/** Texts without any of these need no closer look; most have none. */
const suspicious = /\d{11}|-----BEGIN|:\/\/|(?:sk|ok|whsec|dev)_|bearer|basic/i;

/** A logger at this level; to the standard output where no destination is given. */
export function createLog({ level, destination }: { level: LogLevel; destination?: DestinationStream }): Log {
  const options: pino.LoggerOptions = {
    level,
    base: { pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: {
      level: (label) => ({ level: label }),
      log: (fields) => masked(fields) as Record<string, unknown>,
    },
    serializers: { err: serializeError, error: serializeError },
    hooks: {
      logMethod(words, write) {
        const safe = words.map((word) => (typeof word === "string" ? maskedText(word) : word));
        write.apply(this, safe as Parameters<typeof write>);
      },
    },
  };
  const log = destination === undefined ? pino(options) : pino(options, destination);
  // pino forgets the formatter of bindings for children of children; this method is inherited by all of them.
  const { child } = log;
  return Object.assign(log, {
    child(this: Log, bindings: pino.Bindings, more?: pino.ChildLoggerOptions): Log {
      return Reflect.apply(child, this, [masked(bindings), more]) as Log;
    },
  });
}

/** A copy in which secret fields and telling texts are masked. Objects of classes are left to pino's serializers. */
export function masked(value: unknown, depth = 0): unknown {
  if (typeof value === "string") return maskedText(value);
  if (typeof value === "bigint") return maskedText(value.toString());
  if (typeof value === "number") return maskedNumber(value);
  if (value instanceof Error) return serializeError(value);
  if (typeof value !== "object" || value === null) return value;
  if (depth >= depthMax) return hidden;
  if (Array.isArray(value)) return value.map((item) => masked(item, depth + 1));
  if (value instanceof Map || value instanceof Set) return masked([...value], depth + 1);
  if (!isPlain(value)) return value;
  const entries = Object.entries(value).map(([name, field]) => [
    name,
    field !== undefined && field !== null && isSecretName(name) ? hidden : masked(field, depth + 1),
  ]);
  return Object.fromEntries(entries) as unknown;
}

/** The text with everything that looks like a secret or a person's number masked. */
export function maskedText(text: string): string {
  if (!suspicious.test(text)) return text;
  const withoutPatterns = patterns.reduce(
    (rest, [pattern, replacement]) => rest.replaceAll(pattern, replacement),
    text,
  );
  return withoutPatterns.replaceAll(cardNumber, (digits) => (passesLuhn(digits) ? hidden : digits));
}

function serializeError(error: unknown): unknown {
  return error instanceof Error
    ? masked({ ...pino.stdSerializers.err(error), raw: undefined })
    : masked(error);
}

function maskedNumber(value: number): number | string {
  const text = maskedText(String(value));
  return text === String(value) ? value : text;
}

const knownNames = new Map<string, boolean>();
const knownNamesMax = 1_000;

/** Remembered by name: the log has few names and many lines. */
function isSecretName(name: string): boolean {
  const known = knownNames.get(name);
  if (known !== undefined) return known;
  const secret = secretNames.has(name.toLowerCase().replaceAll(/[-_]/g, ""));
  if (knownNames.size < knownNamesMax) knownNames.set(name, secret);
  return secret;
}

function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value) as unknown;
  return prototype === Object.prototype || prototype === null;
}

function passesLuhn(digits: string): boolean {
  const sum = [...digits].reverse().reduce((total, digit, index) => {
    const doubled = Number(digit) * (index % 2 === 1 ? 2 : 1);
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return sum % 10 === 0;
}
