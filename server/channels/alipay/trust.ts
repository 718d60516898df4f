// How an account and Alipay know each other’s keys: exchanged bare, or in certificates.
import type { KeyObject } from "node:crypto";
import type { ChannelAccount } from "../port.ts";
import { leafOf, rootSerialsOf, serialOf } from "./certificates.ts";

/** The fields of certificate mode. An account that has any of them is in this mode. */
export const certificateFieldKeys = ["appCertPem", "alipayCertPem", "alipayRootCertPem"] as const;

/** Whether an account is to be signed and verified by certificate. */
export function modeOf(account: ChannelAccount): "publicKey" | "certificate" {
  return certificateFieldKeys.some((key) => (account[key] ?? "") !== "") ? "certificate" : "publicKey";
}

/** The two serials that every request of certificate mode carries; null in public-key mode. Throws where a certificate cannot be read. */
export function requestSerialsOf(
  account: ChannelAccount,
): Readonly<{ appCertSn: string; alipayRootCertSn: string }> | null {
  if (modeOf(account) === "publicKey") return null;
  const appCertSn = serialOf(leafOf(account["appCertPem"] ?? ""));
  return { appCertSn, alipayRootCertSn: rootSerialsOf(account["alipayRootCertPem"] ?? "") };
}

/** What Alipay’s signatures are checked with. */
export type Verifier = Readonly<{
  publicKey: string | KeyObject;
  /** Serial of the only certificate that counts; null in public-key mode. */
  certificateSerial: string | null;
}>;

/** Throws where the certificate cannot be read; a bare key is read only when it is used. */
export function verifierOf(account: ChannelAccount): Verifier {
  if (modeOf(account) === "publicKey")
    return { publicKey: account["alipayPublicKeyPem"] ?? "", certificateSerial: null };
  const certificate = leafOf(account["alipayCertPem"] ?? "");
  return { publicKey: certificate.publicKey, certificateSerial: serialOf(certificate) };
}

/** The problem of an answer or notification under another certificate than the configured one. */
export const unknownCertificateProblem = "signed under another certificate of Alipay than the configured one";
