// What the certificates of an account show by themselves, before anything is sent.
import { X509Certificate } from "node:crypto";
import { addSeconds, businessDate } from "../../kernel/time.ts";
import type { ChannelAccount, ConfigFinding } from "../port.ts";
import { isIssuedBy, readCertificate } from "./certificates.ts";
import { finding, validityFinding } from "./findings.ts";
import { authoritiesOf, identityOf, profileOf } from "./identity.ts";

/** So long before its end a certificate is warned of, in seconds: 30 days. */
const expiryWarningSeconds = 30 * 86_400;

export type Inspection = Readonly<{
  /** The first thing that keeps the account from working; null where nothing does. */
  problem: ConfigFinding | null;
  warnings: readonly ConfigFinding[];
}>;

/** Reads every key and certificate of the account, as of this moment. Never throws. */
export function inspect(account: ChannelAccount, now: Date): Inspection {
  if (profileOf(account) === "sharedKey") return { problem: null, warnings: [] };
  const identity = identityOf(account);
  if (identity.kind === "refused") return problem(finding(identity.problem));
  const { middlePem, rootPem } = authoritiesOf(account);
  const root = readCertificate(rootPem);
  const middle = readCertificate(middlePem);
  if (root === null) return problem(finding("rootUnreadable"));
  if (middle === null) return problem(finding("middleUnreadable"));
  if (!isIssuedBy(middle, root)) return problem(finding("middleNotOfRoot"));
  const own = (account["pfxBase64"] ?? "") === "" ? "signCertificatePem" : "pfxBase64";
  const warnings: ConfigFinding[] = [];
  for (const [field, certificate] of [
    [own, identity.certificate],
    ["middleCertificatePem", middle],
    ["rootCertificatePem", root],
  ] as const) {
    const found = validityOf(field, certificate, now);
    if (found?.code === "certificateExpiresSoon") warnings.push(found);
    else if (found !== null) return problem(found);
  }
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

function problem(found: ConfigFinding): Inspection {
  return { problem: found, warnings: [] };
}
