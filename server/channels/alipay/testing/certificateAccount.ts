// For tests only: an authority like Alipay’s, an account in certificate mode, and the gateway’s half of it.
import type { ChannelAccount } from "../../port.ts";
import { serialOf, leafOf } from "../certificates.ts";
import { account } from "../fixtures.ts";
import { issue, type Issued } from "./certificates.ts";

export const authorityStart = new Date("2026-01-01T00:00:00.000Z");
export const authorityEnd = new Date("2027-01-01T00:00:00.000Z");
const validity = { validFrom: authorityStart, validTo: authorityEnd } as const;

const named = (...values: readonly string[]): readonly string[] => ["CN", "Ant Financial", ...values];

export const rsaRoot = issue({ ...validity, name: named("Authority", "Root R1"), serial: 1n, issuer: null });
export const otherRoot = issue({
  ...{ ...validity, name: named("Authority", "Root E1"), serial: 2n, issuer: null },
  key: "ec",
});
export const intermediate = issue({
  ...{ ...validity, name: named("Authority", "Class 2 R1"), serial: 3n, issuer: rsaRoot },
  authority: "yes",
});
export const appCertificate = issue({
  ...{ ...validity, name: named("Alipay", "2088000000000001-2021000000000001"), serial: 4n },
  issuer: intermediate,
});

/** Alipay’s certificate with the given last moment. */
export function alipayCertificateUntil(validTo: Date, issuer: Issued = intermediate): Issued {
  return issue({ ...validity, validTo, name: named("Alipay", "支付宝(中国)"), serial: 0x9fffn, issuer });
}

export const alipayCertificate = alipayCertificateUntil(authorityEnd);
export const alipaySerial = serialOf(leafOf(alipayCertificate.pem));
export const rootsPem = rsaRoot.pem + otherRoot.pem;

const { alipayPublicKeyPem: _, ...common } = account;

export const certificateAccount: ChannelAccount = {
  ...common,
  privateKeyPem: pemOf(appCertificate),
  appCertPem: appCertificate.pem,
  alipayCertPem: alipayCertificate.pem + intermediate.pem,
  alipayRootCertPem: rootsPem,
};

/** The private key of a certificate as PKCS #8 PEM. */
export function pemOf({ privateKey }: Issued): string {
  return privateKey.export({ type: "pkcs8", format: "pem" }).toString();
}
