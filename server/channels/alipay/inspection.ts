// What keys and certificates of an account show by themselves, before anything is sent.
import { createPublicKey, type KeyObject, type X509Certificate } from "node:crypto";
import { addSeconds, businessDate } from "../../kernel/time.ts";
import type { ChannelAccount, ConfigFinding } from "../port.ts";
import { certificatesIn, chainOf, leafOf } from "./certificates.ts";
import { chainIncompleteWarning, finding, validityFinding } from "./findings.ts";
import { privateKeyOf, publicKeyOf } from "./signing.ts";
import { certificateFieldKeys, modeOf } from "./trust.ts";

/** So long before its end a certificate is warned of, in seconds: 30 days. */
const expiryWarningSeconds = 30 * 86_400;

export type Inspection = Readonly<{
  /** The first thing that keeps the account from working; null where nothing does. */
  problem: ConfigFinding | null;
  warnings: readonly ConfigFinding[];
}>;

/** Reads every key and certificate of the account, as of this moment. Never throws. */
export function inspect(account: ChannelAccount, now: Date): Inspection {
  const privateKey = readable(() => privateKeyOf(account["privateKeyPem"] ?? ""));
  if (privateKey === null) return problem(finding("privateKeyUnreadable"));
  return modeOf(account) === "publicKey"
    ? inspectPublicKey(account, privateKey)
    : inspectCertificates(account, privateKey, now);
}

function inspectPublicKey(account: ChannelAccount, privateKey: KeyObject): Inspection {
  const publicKey = readable(() => publicKeyOf(account["alipayPublicKeyPem"] ?? ""));
  if (publicKey === null) return problem(finding("publicKeyUnreadable"));
  if (publicKey.equals(createPublicKey(privateKey))) return problem(finding("publicKeyIsOwn"));
  return { problem: null, warnings: [] };
}

function inspectCertificates(account: ChannelAccount, privateKey: KeyObject, now: Date): Inspection {
  for (const field of certificateFieldKeys) {
    if (readable(() => certificatesIn(account[field] ?? "")) === null)
      return problem(finding("certificateUnreadable", field));
  }
  const [appPem, alipayPem, rootPem] = certificateFieldKeys.map((field) => account[field] ?? "") as [
    string,
    string,
    string,
  ];
  const warnings: ConfigFinding[] = [];
  for (const [field, certificate] of [
    ["appCertPem", leafOf(appPem)],
    ["alipayCertPem", leafOf(alipayPem)],
  ] as const) {
    const found = validityOf(field, certificate, now);
    if (found?.code === "certificateExpiresSoon") warnings.push(found);
    else if (found !== null) return problem(found);
  }
  if (!leafOf(appPem).checkPrivateKey(privateKey)) return problem(finding("privateKeyNotOfCertificate"));
  // Our own certificate is Alipay’s to judge; Alipay’s vouches for money, so it has to lead to a root.
  const chain = chainOf(alipayPem, rootPem);
  if (chain === "broken") return problem(finding("alipayCertificateBroken"));
  if (chain === "incomplete") warnings.push(chainIncompleteWarning);
  return { problem: null, warnings };
}

function validityOf(field: string, certificate: X509Certificate, now: Date): ConfigFinding | null {
  const { validFromDate, validToDate } = certificate;
  if (now < validFromDate)
    return validityFinding("certificateNotYetValid", field, businessDate(validFromDate));
  const lastDay = businessDate(validToDate);
  if (now > validToDate) return validityFinding("certificateExpired", field, lastDay);
  return addSeconds(now, expiryWarningSeconds) > validToDate
    ? validityFinding("certificateExpiresSoon", field, lastDay)
    : null;
}

function readable<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}

function problem(found: ConfigFinding): Inspection {
  return { problem: found, warnings: [] };
}
