// For tests only: keys, certificates and the moment of every test.
import { generateKeyPairSync } from "node:crypto";
import forge from "node-forge";

export type KeyPair = Readonly<{ privateKeyPem: string; publicKeyPem: string }>;

/** 2026-03-01 12:00:00 in Beijing. */
export const noon = new Date("2026-03-01T04:00:00.000Z");

// Short keys: the wire is what is tested here, not the strength of RSA.
export function keyPair(): KeyPair {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 1024 });
  return {
    privateKeyPem: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    publicKeyPem: publicKey.export({ type: "spki", format: "pem" }).toString(),
  };
}

/** A certificate of these keys, signed by themselves. @param serial upper-case hex, as WeChat Pay writes it */
export function certificateOf(
  keys: KeyPair,
  { serial, from, to }: Readonly<{ serial: string; from: Date; to: Date }>,
): string {
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forge.pki.publicKeyFromPem(keys.publicKeyPem);
  certificate.serialNumber = serial.toLowerCase();
  certificate.validity.notBefore = from;
  certificate.validity.notAfter = to;
  const subject = [{ name: "commonName", value: "test" }];
  certificate.setSubject(subject);
  certificate.setIssuer(subject);
  certificate.sign(forge.pki.privateKeyFromPem(keys.privateKeyPem), forge.md.sha256.create());
  return forge.pki.certificateToPem(certificate);
}
