// X.509 version 3 certificates written byte by byte: names, a validity, a key, one extension, and a signature over it all.
// DER is small enough to write, and so the sandbox can sign its second root with SM2, as no library at hand does.
import { createPrivateKey, createPublicKey, randomBytes, sign } from "node:crypto";

export type CertificateWish = Readonly<{
  /** Common names; the rest of a name is the same for every certificate of the sandbox. */
  subject: string;
  issuer: string;
  /** PEM of the key that is certified. */
  publicKey: string;
  /** PEM of the key that certifies. */
  issuerPrivateKey: string;
  signature: "rsa" | "sm2";
  /** Whether the holder may certify others. */
  kind: "authority" | "holder";
  /** Moments of UTCTime, “yyMMddHHmmssZ”; absent means valid for as long as anybody moves a clock. */
  validity?: Readonly<{ notBefore: string; notAfter: string }>;
}>;

/** Long enough for any clock that somebody moves; UTCTime ends with 2049. */
const always = { notBefore: "200101000000Z", notAfter: "491231000000Z" };

/** One certificate as PEM, under a fresh serial number of 16 bytes. */
export function certificatePem(wish: CertificateWish): string {
  const algorithm = algorithms[wish.signature];
  const { notBefore, notAfter } = wish.validity ?? always;
  const serial = randomBytes(16);
  // Positive, and never shortened by a leading zero.
  serial[0] = ((serial[0] ?? 0) & 0x3f) | 0x40;
  const content = sequence(
    tagged(0xa0, tagged(0x02, Buffer.from([2]))),
    tagged(0x02, serial),
    algorithm.identifier,
    nameOf(wish.issuer),
    sequence(tagged(0x17, Buffer.from(notBefore)), tagged(0x17, Buffer.from(notAfter))),
    nameOf(wish.subject),
    createPublicKey(wish.publicKey).export({ type: "spki", format: "der" }),
    tagged(0xa3, sequence(basicConstraints(wish.kind))),
  );
  const signature = sign(algorithm.digest, content, createPrivateKey(wish.issuerPrivateKey));
  const whole = sequence(content, algorithm.identifier, bitString(signature));
  const lines = whole.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}

function tagged(tag: number, ...contents: readonly Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  const { length } = content;
  if (length < 0x80) return Buffer.concat([Buffer.from([tag, length]), content]);
  const size = Buffer.from([length >> 8, length & 0xff].slice(length < 0x100 ? 1 : 0));
  return Buffer.concat([Buffer.from([tag, 0x80 | size.length]), size, content]);
}

function sequence(...contents: readonly Buffer[]): Buffer {
  return tagged(0x30, ...contents);
}

/** An object identifier from its encoded content. */
function identifier(hex: string): Buffer {
  return tagged(0x06, Buffer.from(hex, "hex"));
}

function bitString(bytes: Buffer): Buffer {
  return tagged(0x03, Buffer.from([0]), bytes);
}

const algorithms = {
  // sha256WithRSAEncryption, 1.2.840.113549.1.1.11
  rsa: { digest: "RSA-SHA256", identifier: sequence(identifier("2a864886f70d01010b"), Buffer.from([5, 0])) },
  // SM2 with SM3, 1.2.156.10197.1.501
  sm2: { digest: "sm3", identifier: sequence(identifier("2a811ccf55018375")) },
} as const;

/** C, O, OU and CN, in the order of Alipay’s own certificates. */
function nameOf(commonName: string): Buffer {
  const parts = [
    ["550406", 0x13, "CN"],
    ["55040a", 0x0c, "Huiyin Sandbox"],
    ["55040b", 0x0c, "Certification Authority"],
    ["550403", 0x0c, commonName],
  ] as const;
  return sequence(
    ...parts.map(([type, tag, text]) =>
      tagged(0x31, sequence(identifier(type), tagged(tag, Buffer.from(text, "utf8")))),
    ),
  );
}

/** Critical; only an authority says true. */
function basicConstraints(kind: CertificateWish["kind"]): Buffer {
  const yes = Buffer.from([0x01, 0x01, 0xff]);
  const value = kind === "authority" ? sequence(yes) : sequence();
  return sequence(identifier("551d13"), yes, tagged(0x04, value));
}
