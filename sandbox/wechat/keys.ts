// Keys and certificates of the simulated WeChat Pay: two platform certificates, of which one comes next, and a public key.
import { X509Certificate } from "node:crypto";
import * as fs from "node:fs";
import { join } from "node:path";
import { serialOf } from "@huiyin/server/channels/wechat/crypto/rsa.ts";
import { certificatePem } from "../certificateDer.ts";
import { ensurePrivateKey, publicKeyOf } from "../keys.ts";

export type PlatformKey = Readonly<{ serial: string; privateKeyPem: string; certificatePem: string }>;

export type WechatKeys = Readonly<{
  /** Signs answers to whoever verifies with certificates. */
  current: PlatformKey;
  /** Takes its place while the key changes. */
  next: PlatformKey;
  /** Signs answers to whoever verifies with the public key; its serial is its id, and it has no certificate. */
  publicKey: Readonly<{ serial: string; privateKeyPem: string; publicKeyPem: string }>;
  /** PEM of somebody who is not WeChat Pay. */
  strangerPrivateKeyPem: string;
}>;

const authority = "Huiyin Sandbox WeChat Pay CA";
const publicKeyId = "PUB_KEY_ID_0116000000012026112200000000000001";

/** What the keys are made of: PEM of four private keys. */
export type WechatPrivateKeys = Readonly<Record<"current" | "next" | "publicKey" | "stranger", string>>;

/** The keys with fresh certificates. Certificates made elsewhere are kept: `keptPem` holds them by name. */
export function wechatKeysOf(
  pems: WechatPrivateKeys,
  keptPem: (name: string, make: () => string) => string = (_name, make) => make(),
): WechatKeys {
  const platform = (name: "current" | "next"): PlatformKey => {
    const privateKeyPem = pems[name];
    const made = keptPem(`wechat-${name}`, () => issuedCertificate("Tenpay.com sign", privateKeyPem));
    return { serial: serialIn(made), privateKeyPem, certificatePem: made };
  };
  const publicKeyPem = publicKeyOf(pems.publicKey);
  return {
    current: platform("current"),
    next: platform("next"),
    publicKey: { serial: publicKeyId, privateKeyPem: pems.publicKey, publicKeyPem },
    strangerPrivateKeyPem: pems.stranger,
  };
}

/** A certificate for the holder of this private key (PEM). */
export function issuedCertificate(subject: string, privateKeyPem: string): string {
  const names = { subject, issuer: authority, signature: "rsa", kind: "holder" } as const;
  return certificatePem({
    ...names,
    publicKey: publicKeyOf(privateKeyPem),
    issuerPrivateKey: privateKeyPem,
  });
}

/** The serial of a certificate (PEM), as WeChat Pay writes it. */
export function serialIn(pem: string): string {
  return serialOf(new X509Certificate(pem));
}

/** A text that is made once and kept in a file of the directory, mode 0600. */
export function keptIn(directory: string): (name: string, make: () => string) => string {
  return (name, make) => {
    const path = join(directory, `${name}.crt`);
    if (fs.existsSync(path)) return fs.readFileSync(path, "utf8");
    fs.mkdirSync(directory, { recursive: true, mode: 0o700 });
    const made = make();
    // Written aside and renamed, so that a kill never leaves half a certificate.
    fs.writeFileSync(`${path}.new`, made, { mode: 0o600 });
    fs.renameSync(`${path}.new`, path);
    return made;
  };
}

/** The keys of this directory; made and kept where there are none yet. */
export async function ensureWechatKeys(directory: string): Promise<WechatKeys> {
  const [current, next, publicKey, stranger] = await Promise.all([
    ensurePrivateKey(directory, "wechat-current"),
    ensurePrivateKey(directory, "wechat-next"),
    ensurePrivateKey(directory, "wechat-public-key"),
    ensurePrivateKey(directory, "stranger"),
  ]);
  return wechatKeysOf({ current, next, publicKey, stranger }, keptIn(directory));
}
