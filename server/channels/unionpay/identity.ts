// Who we are to UnionPay, and whom we believe: both read from the account.
import { createPrivateKey, X509Certificate, type KeyObject } from "node:crypto";
import type { ChannelAccount } from "../port.ts";
import { remembering } from "../remembered.ts";
import {
  certificateIdOf,
  certificateProblemWords,
  judgeCertificate,
  productionHolder,
  testHolder,
} from "./certificates.ts";
import { signText, type WireFields } from "./codec.ts";
import { readKeyFile, type KeyFileProblem } from "./pkcs12.ts";
import {
  isRsaGenuine,
  isSharedKeyGenuine,
  rsaSignature,
  sharedKeySignature,
  signingProfiles,
  type SigningProfile,
} from "./signing.ts";

/** What keeps us from signing: a name of `findings.ts`. */
export type IdentityProblem =
  | `keyFile:${KeyFileProblem}`
  | "certificateUnreadable"
  | "privateKeyUnreadable"
  | "privateKeyNotOfCertificate";

export type Identity =
  | Readonly<{ kind: "identity"; certificate: X509Certificate; privateKey: KeyObject }>
  | Readonly<{ kind: "refused"; problem: IdentityProblem }>;

/** The certificate and key with which the account signs, from its key file or from PEM. Never throws. */
export function identityOf(account: ChannelAccount): Identity {
  if ((account["pfxBase64"] ?? "") !== "") {
    const file = readKeyFile(account["pfxBase64"] ?? "", account["pfxPassword"] ?? "");
    if (file.kind === "refused") return { kind: "refused", problem: `keyFile:${file.problem}` };
    return { kind: "identity", certificate: file.certificate, privateKey: file.privateKey };
  }
  return pemIdentityOf(account["signCertificatePem"] ?? "", account["signPrivateKeyPem"] ?? "");
}

const pemIdentityOf = remembering((certificatePem: string, privateKeyPem: string): Identity => {
  const certificate = readable(() => new X509Certificate(certificatePem));
  if (certificate === null) return { kind: "refused", problem: "certificateUnreadable" };
  const privateKey = readable(() => createPrivateKey(privateKeyPem));
  if (privateKey === null || privateKey.asymmetricKeyType !== "rsa")
    return { kind: "refused", problem: "privateKeyUnreadable" };
  if (!certificate.checkPrivateKey(privateKey))
    return { kind: "refused", problem: "privateKeyNotOfCertificate" };
  return { kind: "identity", certificate, privateKey };
});

/** How the account signs: RSA of version 5.1.0 unless it was agreed otherwise. */
export function profileOf(account: ChannelAccount): SigningProfile {
  const named = account["signProfile"] ?? "rsa";
  return named === "sharedKey" || named === "rsaSha1" ? named : "rsa";
}

/** The fields with everything about signing, the signature included. Throws, in words, where the account cannot sign. */
export async function signed(account: ChannelAccount, content: WireFields): Promise<WireFields> {
  const profile = profileOf(account);
  const { version, signMethod } = signingProfiles[profile];
  const fields = new Map([
    ["version", version],
    ["encoding", "UTF-8"],
    ["signMethod", signMethod],
    ...content,
  ]);
  if (profile === "sharedKey")
    return fields.set("signature", sharedKeySignature(signText(fields), account["sharedKey"] ?? ""));
  const identity = identityOf(account);
  if (identity.kind === "refused") throw new TypeError(`the account cannot sign: ${identity.problem}`);
  fields.set("certId", certificateIdOf(identity.certificate));
  return fields.set("signature", await rsaSignature(signText(fields), identity.privateKey, profile));
}

export type Genuineness = Readonly<{ kind: "genuine" }> | Readonly<{ kind: "refused"; problem: string }>;

/** Problems of `genuinenessOf` that a person has to correct, as `probe.ts` tells them apart. */
export const badSignatureProblem = "bad signature";
export const withoutSignatureProblem = "answer without signature";

/** Whether UnionPay said this: its certificate counts at this moment, and its signature covers every field. Never throws. */
export async function genuinenessOf(
  account: ChannelAccount,
  fields: WireFields,
  at: Date,
): Promise<Genuineness> {
  const signature = fields.get("signature") ?? "";
  if (signature === "") return { kind: "refused", problem: withoutSignatureProblem };
  const profile = profileOf(account);
  const { version, signMethod } = signingProfiles[profile];
  if (fields.get("signMethod") !== signMethod || fields.get("version") !== version)
    return { kind: "refused", problem: "signed in another way than was agreed" };
  try {
    const genuine =
      profile === "sharedKey"
        ? isSharedKeyGenuine(signText(fields), signature, sharedKeyOf(account))
        : await isRsaGenuine(signText(fields), signature, publicKeyFor(account, fields, at), profile);
    return genuine ? { kind: "genuine" } : { kind: "refused", problem: badSignatureProblem };
  } catch (error) {
    return { kind: "refused", problem: error instanceof Error ? error.message : "signature not checked" };
  }
}

/** An empty key would let anybody sign. */
function sharedKeyOf(account: ChannelAccount): string {
  const key = account["sharedKey"] ?? "";
  if (key === "") throw new TypeError("the account has no shared key");
  return key;
}

/** The key of UnionPay’s certificate, which 5.1.0 sends along and 5.0.0 names by its number. Throws where it does not count. */
function publicKeyFor(account: ChannelAccount, fields: WireFields, at: Date): KeyObject {
  const sent = fields.get("signPubKeyCert") ?? "";
  const pem = profileOf(account) === "rsaSha1" ? (account["verifyCertificatePem"] ?? "") : sent;
  const verdict = judgeCertificate(pem, authoritiesOf(account), at);
  if (verdict.kind === "refused") throw new TypeError(certificateProblemWords[verdict.problem]);
  return verdict.publicKey;
}

const productionHost = "gateway.95516.com";

/** The account’s middle and root certificate. A certificate of UnionPay’s test gateway counts nowhere in production. */
export function authoritiesOf(account: ChannelAccount) {
  const host = readable(() => new URL(account["gatewayUrl"] ?? "").hostname) ?? productionHost;
  return {
    middlePem: account["middleCertificatePem"] ?? "",
    rootPem: account["rootCertificatePem"] ?? "",
    holders: host === productionHost ? [productionHolder] : [productionHolder, testHolder],
  };
}

function readable<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}
