// For tests only: an authority that issues X.509 certificates, written in DER by hand, so that no key is ever kept.
import { generateKeyPairSync, sign, type KeyObject } from "node:crypto";

export type Issued = Readonly<{
  pem: string;
  name: readonly string[];
  privateKey: KeyObject;
  publicKey: KeyObject;
}>;

export type Wanted = Readonly<{
  /** Values of C, O, OU and CN, in this order. */
  name: readonly string[];
  serial: bigint;
  validFrom: Date;
  validTo: Date;
  /** Null: issued by itself. */
  issuer: Issued | null;
  key?: "rsa" | "ec";
  /** Whether it says of itself that it may issue others (basicConstraints); "no" where absent. */
  authority?: "yes" | "no";
}>;

const signatures = { rsa: "1.2.840.113549.1.1.11", ec: "1.2.840.10045.4.3.2" };
const nameOids = ["2.5.4.6", "2.5.4.10", "2.5.4.11", "2.5.4.3"];

/** A certificate of version 3 with a fresh key: a short one, as the wire is what is tested, not the strength of RSA. */
export function issue(wanted: Wanted): Issued {
  const { name, serial, validFrom, validTo, issuer, key = "rsa", authority = "no" } = wanted;
  const { privateKey, publicKey } =
    key === "rsa"
      ? generateKeyPairSync("rsa", { modulusLength: 1024 })
      : generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  const signer = issuer?.privateKey ?? privateKey;
  const algorithm = signer.asymmetricKeyType === "rsa" ? signatures.rsa : signatures.ec;
  const algorithmDer = sequence(oid(algorithm), ...(algorithm === signatures.rsa ? [der(0x05)] : []));
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    integer(serial),
    algorithmDer,
    nameDer(issuer?.name ?? name),
    sequence(utcTime(validFrom), utcTime(validTo)),
    nameDer(name),
    publicKey.export({ type: "spki", format: "der" }),
    ...(authority === "yes" ? [authorityExtension()] : []),
  );
  const signature = sign("sha256", body, signer);
  const whole = sequence(body, algorithmDer, der(0x03, Buffer.from([0]), signature));
  const lines = whole.toString("base64").match(/.{1,64}/g) ?? [];
  const pem = `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
  return { pem, name, privateKey, publicKey };
}

function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

/** basicConstraints, critical: cA TRUE. */
function authorityExtension(): Buffer {
  const yes = der(0x01, Buffer.from([0xff]));
  return der(0xa3, sequence(sequence(oid("2.5.29.19"), yes, der(0x04, sequence(yes)))));
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return der(0x30, ...parts);
}

function integer(value: bigint): Buffer {
  const hex = value.toString(16);
  const even = hex.length % 2 === 0 ? hex : `0${hex}`;
  // A leading one bit would make it negative.
  return der(0x02, Buffer.from(/^[89a-f]/.test(even) ? `00${even}` : even, "hex"));
}

function oid(text: string): Buffer {
  const [first = 0, second = 0, ...rest] = text.split(".").map(Number);
  const bytes = [first * 40 + second, ...rest.flatMap(base128)];
  return der(0x06, Buffer.from(bytes));
}

function base128(value: number): number[] {
  const digits = [value & 0x7f];
  for (let left = value >> 7; left > 0; left >>= 7) digits.unshift((left & 0x7f) | 0x80);
  return digits;
}

function nameDer(values: readonly string[]): Buffer {
  const attributes = values.map((value, index) =>
    der(0x31, sequence(oid(nameOids[index] ?? ""), der(0x0c, Buffer.from(value, "utf8")))),
  );
  return sequence(...attributes);
}

/** “yyMMddHHmmssZ”: dates of this century only. */
function utcTime(at: Date): Buffer {
  const digits = at
    .toISOString()
    .replaceAll(/[-:T]|\.\d+Z/g, "")
    .slice(2, 14);
  return der(0x17, Buffer.from(`${digits}Z`, "ascii"));
}
