// What an account of WeChat Pay holds, and which generation of the wire each call takes by it.
import type { KeyObject } from "node:crypto";
import type { ChannelAccount } from "../port.ts";
import type { Generation } from "./codes.ts";
import { certificatesIn, publicKeyOf, serialOf } from "./crypto/rsa.ts";
import type { SignType } from "./v2/signing.ts";
import type { V3Party } from "./v3/routes.ts";
import type { Signer, TrustedKeys } from "./v3/signing.ts";

/** The fields of each generation. The platform's key or its certificates of v3: at least one of them, both during a change. */
export const v2FieldKeys = ["apiKeyV2", "clientCertificatePem", "clientPrivateKeyPem"] as const;
export const v3FieldKeys = ["apiV3Key", "merchantSerialNo", "merchantPrivateKeyPem"] as const;
export const certificateFieldKeys = ["platformCertificatesPem"] as const;
export const publicKeyFieldKeys = ["platformPublicKeyId", "platformPublicKeyPem"] as const;

/** A field of the account; empty where it is not filled in. */
export function fieldOf(account: ChannelAccount, key: string): string {
  return account[key] ?? "";
}

function has(account: ChannelAccount, keys: readonly string[]): boolean {
  return keys.every((key) => fieldOf(account, key) !== "");
}

/** The generations that the account can speak: v2 by its API key, v3 by its own key and one of WeChat Pay's. */
export function generationsOf(account: ChannelAccount): readonly Generation[] {
  const verifiable = has(account, certificateFieldKeys) || has(account, publicKeyFieldKeys);
  return [
    ...(has(account, ["apiKeyV2"]) ? (["v2"] as const) : []),
    ...(has(account, v3FieldKeys) && verifiable ? (["v3"] as const) : []),
  ];
}

/**
 * The generation of code pay, of its query and of its reversal. WeChat Pay's own pages disagree whether v3 has code pay:
 * v2 wherever its key is at hand, unless the account says otherwise.
 */
export function codePayGenerationOf(account: ChannelAccount): Generation {
  const chosen = fieldOf(account, "codePayVersion");
  if (chosen === "v2" || chosen === "v3") return chosen;
  return fieldOf(account, "apiKeyV2") === "" ? "v3" : "v2";
}

/** The generation of everything else: v3 wherever the account can. */
export function otherGenerationOf(account: ChannelAccount): Generation {
  return generationsOf(account).includes("v3") || fieldOf(account, "apiKeyV2") === "" ? "v3" : "v2";
}

/** The type of signature of v2. */
export function signTypeOf(account: ChannelAccount): SignType {
  return fieldOf(account, "signTypeV2") === "MD5" ? "MD5" : "HMAC-SHA256";
}

/** Whether a service provider acts for a sub-merchant. */
export function partyOf(account: ChannelAccount): V3Party {
  return fieldOf(account, "subMchId") === "" ? "direct" : "partner";
}

/** Who signs our requests of v3. */
export function signerOf(account: ChannelAccount): Signer {
  return {
    mchId: fieldOf(account, "mchId"),
    serialNo: fieldOf(account, "merchantSerialNo"),
    privateKeyPem: fieldOf(account, "merchantPrivateKeyPem"),
  };
}

/** Every key of WeChat Pay that counts for this account. Throws where one cannot be read. */
export function trustedKeysOf(account: ChannelAccount): TrustedKeys {
  const keys = new Map<string, KeyObject>();
  if (has(account, certificateFieldKeys))
    for (const certificate of certificatesIn(fieldOf(account, "platformCertificatesPem")))
      keys.set(serialOf(certificate), certificate.publicKey);
  if (has(account, publicKeyFieldKeys))
    keys.set(fieldOf(account, "platformPublicKeyId"), publicKeyOf(fieldOf(account, "platformPublicKeyPem")));
  return keys;
}

/**
 * Under which key an answer is asked for: the public key, which does not expire; else the certificate that ends last.
 * During a change WeChat Pay answers under the one that the request names. Throws where a certificate cannot be read.
 */
export function wantedSerialOf(account: ChannelAccount): string {
  if (has(account, publicKeyFieldKeys)) return fieldOf(account, "platformPublicKeyId");
  const certificates = certificatesIn(fieldOf(account, "platformCertificatesPem"));
  const [last] = certificates.toSorted(
    (left, right) => right.validToDate.getTime() - left.validToDate.getTime(),
  );
  return last === undefined ? "" : serialOf(last);
}

/** The identifiers that every answer of v2 must repeat, by their names on the wire. */
export function v2Identity(account: ChannelAccount): ReadonlyArray<readonly [name: string, value: string]> {
  const names = [
    ["appid", "appId"],
    ["mch_id", "mchId"],
    ["sub_appid", "subAppId"],
    ["sub_mch_id", "subMchId"],
  ] as const;
  return names
    .map(([name, key]) => [name, fieldOf(account, key)] as const)
    .filter(([, value]) => value !== "");
}

/** The identifiers of v3, by their names in bodies. */
export function v3Identity(account: ChannelAccount): ReadonlyArray<readonly [name: string, value: string]> {
  const names =
    partyOf(account) === "direct"
      ? ([
          ["appid", "appId"],
          ["mchid", "mchId"],
        ] as const)
      : ([
          ["sp_appid", "appId"],
          ["sp_mchid", "mchId"],
          ["sub_appid", "subAppId"],
          ["sub_mchid", "subMchId"],
        ] as const);
  return names
    .map(([name, key]) => [name, fieldOf(account, key)] as const)
    .filter(([, value]) => value !== "");
}
