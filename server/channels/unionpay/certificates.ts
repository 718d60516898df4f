// Whose signature counts: UnionPay sends its certificate along with every answer, and it counts only where it leads over
// the middle certificate to the root that the account was set up with, is valid now, and names UnionPay itself.
import { X509Certificate, type KeyObject } from "node:crypto";
import { remembering } from "../remembered.ts";

/** Why a certificate vouches for nothing. */
export type CertificateProblem =
  | "unreadable"
  | "rootUnreadable"
  | "middleUnreadable"
  | "middleNotOfRoot"
  | "notOfMiddle"
  | "holderWrong"
  | "notYetValid"
  | "expired";

export const certificateProblemWords: Readonly<Record<CertificateProblem, string>> = {
  unreadable: "UnionPay’s certificate cannot be read",
  rootUnreadable: "the root certificate cannot be read",
  middleUnreadable: "the middle certificate cannot be read",
  middleNotOfRoot: "the middle certificate was not issued by the root certificate",
  notOfMiddle: "UnionPay’s certificate was not issued by the middle certificate",
  holderWrong: "the certificate is not UnionPay’s",
  notYetValid: "a certificate is not valid yet",
  expired: "a certificate has expired",
};

export type Authorities = Readonly<{
  middlePem: string;
  rootPem: string;
  /** Who UnionPay may be called in its certificate: the third part of the common name. */
  holders: readonly string[];
}>;

/** UnionPay’s name in its certificates of production. */
export const productionHolder = "中国银联股份有限公司";
/** The name in those of its test gateway, and of the sandbox. */
export const testHolder = "00040000:SIGN";

export type CertificateVerdict =
  | Readonly<{ kind: "trusted"; publicKey: KeyObject }>
  | Readonly<{ kind: "refused"; problem: CertificateProblem }>;

/** What does not change with time: the chain with its validity, or why there is none. */
type Chain =
  | Readonly<{ kind: "chain"; publicKey: KeyObject; validFrom: Date; validTo: Date }>
  | Readonly<{ kind: "refused"; problem: CertificateProblem }>;

/** Judges UnionPay’s certificate at a moment. Following the chain is done once for each certificate; its validity always. */
export function judgeCertificate(pem: string, authorities: Authorities, at: Date): CertificateVerdict {
  const { middlePem, rootPem, holders } = authorities;
  const chain = chainOf(pem, middlePem, rootPem, ...holders);
  if (chain.kind === "refused") return chain;
  if (at < chain.validFrom) return { kind: "refused", problem: "notYetValid" };
  if (at > chain.validTo) return { kind: "refused", problem: "expired" };
  return { kind: "trusted", publicKey: chain.publicKey };
}

function followed(pem: string, middlePem: string, rootPem: string, ...holders: readonly string[]): Chain {
  const leaf = readCertificate(pem);
  const middle = readCertificate(middlePem);
  const root = readCertificate(rootPem);
  if (root === null) return refused("rootUnreadable");
  if (middle === null) return refused("middleUnreadable");
  if (leaf === null) return refused("unreadable");
  if (!isIssuedBy(middle, root)) return refused("middleNotOfRoot");
  if (!isIssuedBy(leaf, middle)) return refused("notOfMiddle");
  const holder = holderOf(leaf);
  if (holder === null || !holders.includes(holder)) return refused("holderWrong");
  const all = [leaf, middle, root];
  const validFrom = new Date(Math.max(...all.map(({ validFromDate }) => validFromDate.getTime())));
  const validTo = new Date(Math.min(...all.map(({ validToDate }) => validToDate.getTime())));
  return { kind: "chain", publicKey: leaf.publicKey, validFrom, validTo };
}

const chainOf = remembering(followed);

function refused(problem: CertificateProblem): Chain {
  return { kind: "refused", problem };
}

/** One certificate; null where the text is none. */
export function readCertificate(pem: string): X509Certificate | null {
  try {
    const certificate = new X509Certificate(pem);
    return certificate.publicKey.asymmetricKeyType === "rsa" ? certificate : null;
  } catch {
    return null;
  }
}

/** Whether an authority issued a certificate: by name, as an authority, and by its signature. */
export function isIssuedBy(child: X509Certificate, issuer: X509Certificate): boolean {
  try {
    return issuer.ca && child.checkIssued(issuer) && child.verify(issuer.publicKey);
  } catch {
    return false;
  }
}

/** The third part of the only common name, as in `041@Z12@00040000:SIGN@00000062`; null where there is none. */
export function holderOf(certificate: X509Certificate): string | null {
  const names = certificate.subject.split("\n").filter((line) => line.startsWith("CN="));
  return names.length === 1 ? (names[0]?.slice(3).split("@")[2] ?? null) : null;
}

/** How UnionPay names a certificate on the wire: its serial number in decimal. */
export function certificateIdOf(certificate: X509Certificate): string {
  return BigInt(`0x${certificate.serialNumber}`).toString();
}
