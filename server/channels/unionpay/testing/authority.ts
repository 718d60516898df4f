// For tests only: an authority like the one behind UnionPay’s certificates.
import { generateKeyPairSync } from "node:crypto";
import forge from "node-forge";

export type Issued = Readonly<{ pem: string; privateKeyPem: string; commonName: string }>;

export type Wanted = Readonly<{
  commonName: string;
  /** Decimal. */
  serial: bigint;
  validFrom?: Date;
  validTo?: Date;
  /** Null: issued by itself. */
  issuer: Issued | null;
  /** Whether it may issue others; "no" where absent. */
  authority?: "yes" | "no";
}>;

const from2020 = new Date("2020-01-01T00:00:00Z");
const to2040 = new Date("2040-01-01T00:00:00Z");

/** Of every key here. Short, as two thousand bits take a tenth of a second each: the wire is tested, not RSA’s strength. */
export const keyBytes = 128;

/** A certificate with a fresh key. */
export function issue(wanted: Wanted): Issued {
  const { commonName, serial, validFrom = from2020, validTo = to2040, issuer, authority = "no" } = wanted;
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: keyBytes * 8 });
  const privateKeyPem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forge.pki.publicKeyFromPem(
    publicKey.export({ type: "spki", format: "pem" }).toString(),
  );
  const hex = serial.toString(16);
  certificate.serialNumber = hex.length % 2 === 0 ? hex : `0${hex}`;
  certificate.validity.notBefore = validFrom;
  certificate.validity.notAfter = validTo;
  certificate.setSubject(nameOf(commonName));
  certificate.setIssuer(nameOf(issuer?.commonName ?? commonName));
  if (authority === "yes")
    certificate.setExtensions([{ name: "basicConstraints", cA: true, critical: true }]);
  certificate.sign(
    forge.pki.privateKeyFromPem(issuer?.privateKeyPem ?? privateKeyPem),
    forge.md.sha256.create(),
  );
  return { pem: forge.pki.certificateToPem(certificate), privateKeyPem, commonName };
}

function nameOf(commonName: string): forge.pki.CertificateField[] {
  const utf8 = forge.asn1.Type.UTF8 as unknown as forge.asn1.Class;
  return [
    { name: "countryName", value: "CN" },
    { name: "organizationName", value: "Huiyin Test Authority" },
    { name: "commonName", value: commonName, valueTagClass: utf8 },
  ];
}

export const root = issue({ commonName: "Test Root", serial: 1n, issuer: null, authority: "yes" });
export const middle = issue({ commonName: "Test Middle", serial: 2n, issuer: root, authority: "yes" });
/** What the gateway of the tests signs with, in UnionPay’s own words of its test environment. */
export const gatewayCertificate = issue({
  commonName: "041@Z12@00040000:SIGN@00000062",
  serial: 69026120009n,
  issuer: middle,
});
export const merchantCertificate = issue({
  commonName: "041@Z12@777290058110048:SIGN@00000001",
  serial: 68759663125n,
  issuer: middle,
});
