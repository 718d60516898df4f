// What keys and certificates of an account show by themselves, before anything is sent.
import { createPublicKey, type X509Certificate } from "node:crypto";
import { addSeconds, businessDate } from "../../kernel/time.ts";
import type { ChannelAccount, ConfigFinding } from "../port.ts";
import {
  certificateFieldKeys,
  codePayGenerationOf,
  fieldOf,
  generationsOf,
  publicKeyFieldKeys,
  v2FieldKeys,
  v3FieldKeys,
} from "./account.ts";
import { certificatesIn, privateKeyOf, publicKeyOf } from "./crypto/rsa.ts";
import { finding, validityFinding } from "./findings.ts";

/** So long before its end a certificate is warned of, in seconds: 30 days. */
const expiryWarningSeconds = 30 * 86_400;

export type Inspection = Readonly<{
  /** The first thing that keeps the account from working; null where nothing does. */
  problem: ConfigFinding | null;
  warnings: readonly ConfigFinding[];
}>;

/** Reads every key and certificate of the account, as of this moment. Never throws. */
export function inspect(account: ChannelAccount, now: Date): Inspection {
  const missing = missingField(account);
  if (missing !== null) return { problem: finding("fieldMissing", missing), warnings: [] };
  const generations = generationsOf(account);
  const found = [
    ...(generations.includes("v2") ? findingsOfV2(account, now) : []),
    ...(generations.includes("v3") ? findingsOfV3(account, now) : []),
  ];
  const problem = found.find(({ code }) => code !== "certificateExpiresSoon") ?? null;
  return { problem, warnings: problem === null ? found : [] };
}

/** The first field that is needed: for the generation of code pay, and for whatever was begun. */
function missingField(account: ChannelAccount): string | null {
  const filled = (key: string): boolean => fieldOf(account, key) !== "";
  const v3Begun = [...v3FieldKeys, ...certificateFieldKeys, ...publicKeyFieldKeys].some(filled);
  const v2Needed = codePayGenerationOf(account) === "v2" || v2FieldKeys.some(filled) || !v3Begun;
  const v3Needed = v3Begun || codePayGenerationOf(account) === "v3";
  const v2Missing = v2Needed ? v2FieldKeys.find((key) => !filled(key)) : undefined;
  if (
    v2Missing !== undefined &&
    !(v3Begun && codePayGenerationOf(account) === "v3" && !v2FieldKeys.some(filled))
  )
    return v2Missing;
  if (!v3Needed) return null;
  const v3Missing = v3FieldKeys.find((key) => !filled(key));
  if (v3Missing !== undefined) return v3Missing;
  if (publicKeyFieldKeys.some(filled)) return publicKeyFieldKeys.find((key) => !filled(key)) ?? null;
  return certificateFieldKeys.some(filled) ? null : publicKeyFieldKeys[0];
}

function findingsOfV2(account: ChannelAccount, now: Date): readonly ConfigFinding[] {
  const [certificate] = readable(() => certificatesIn(fieldOf(account, "clientCertificatePem"))) ?? [];
  if (certificate === undefined) return [finding("certificateUnreadable", "clientCertificatePem")];
  const key = readable(() => privateKeyOf(fieldOf(account, "clientPrivateKeyPem")));
  if (key === null) return [finding("privateKeyUnreadable", "clientPrivateKeyPem")];
  if (!certificate.checkPrivateKey(key)) return [finding("privateKeyNotOfCertificate")];
  return validityOf("clientCertificatePem", certificate, now);
}

function findingsOfV3(account: ChannelAccount, now: Date): readonly ConfigFinding[] {
  const own = readable(() => privateKeyOf(fieldOf(account, "merchantPrivateKeyPem")));
  if (own === null) return [finding("privateKeyUnreadable")];
  if (fieldOf(account, "platformPublicKeyPem") !== "") {
    const key = readable(() => publicKeyOf(fieldOf(account, "platformPublicKeyPem")));
    if (key === null) return [finding("platformKeyUnreadable")];
    if (key.equals(createPublicKey(own))) return [finding("platformKeyIsOwn")];
  }
  const field = "platformCertificatesPem";
  if (fieldOf(account, field) === "") return [];
  const certificates = readable(() => certificatesIn(fieldOf(account, field)));
  if (certificates === null) return [finding("certificateUnreadable", field)];
  // An old certificate may stay beside its successor: the one that ends last decides.
  const [last] = certificates.toSorted(
    (one, other) => other.validToDate.getTime() - one.validToDate.getTime(),
  );
  return last === undefined ? [] : validityOf(field, last, now);
}

function validityOf(field: string, certificate: X509Certificate, now: Date): readonly ConfigFinding[] {
  const { validFromDate, validToDate } = certificate;
  if (now < validFromDate)
    return [validityFinding("certificateNotYetValid", field, businessDate(validFromDate))];
  const lastDay = businessDate(validToDate);
  if (now > validToDate) return [validityFinding("certificateExpired", field, lastDay)];
  return addSeconds(now, expiryWarningSeconds) > validToDate
    ? [validityFinding("certificateExpiresSoon", field, lastDay)]
    : [];
}

function readable<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}
