// Keys and certificates of the simulated UnionPay: a root, a middle, its own signing certificate, one that has expired, and a
// stranger with UnionPay’s name in a certificate of his own making. Play money only.
import { X509Certificate } from "node:crypto";
import * as fs from "node:fs";
import { join } from "node:path";
import { certificateIdOf } from "@huiyin/server/channels/unionpay/certificates.ts";
import { certificatePem } from "../certificateDer.ts";
import { ensurePrivateKey, publicKeyOf } from "../keys.ts";

/** A certificate with its private key, PEM both. */
export type Holder = Readonly<{ certificatePem: string; privateKeyPem: string }>;

export type UnionpayKeys = Readonly<{
  root: Holder;
  middle: Holder;
  /** Signs answers and notifications. */
  gateway: Holder;
  /** Has the same name and authority, and is over. */
  expired: Holder;
  /** Issued by itself, in UnionPay’s name. */
  stranger: Holder;
}>;

const rootName = "Huiyin Sandbox UnionPay Root CA";
const middleName = "Huiyin Sandbox UnionPay Middle CA";
/** As UnionPay’s own test gateway calls itself: the third part is what counts. */
const gatewayName = "041@Z12@00040000:SIGN@00000062";

export const unionpayKeyNames = ["root", "middle", "gateway", "expired", "stranger"] as const;
export type UnionpayPrivateKeys = Readonly<Record<(typeof unionpayKeyNames)[number], string>>;
type Kept = (name: string, make: () => string) => string;

/** The keys with their certificates. Certificates made earlier are kept: `kept` holds them by name. */
export function unionpayKeysOf(
  pems: UnionpayPrivateKeys,
  kept: Kept = (_name, make) => make(),
): UnionpayKeys {
  const byRoot = { issuer: rootName, issuerPrivateKey: pems.root, signature: "rsa" } as const;
  const byMiddle = { issuer: middleName, issuerPrivateKey: pems.middle, signature: "rsa" } as const;
  const made = (
    name: keyof UnionpayPrivateKeys,
    wish: Omit<Parameters<typeof certificatePem>[0], "publicKey">,
  ) => {
    const privateKeyPem = pems[name];
    const issue = (): string => certificatePem({ ...wish, publicKey: publicKeyOf(privateKeyPem) });
    return { privateKeyPem, certificatePem: kept(`unionpay-${name}`, issue) };
  };
  const over = { notBefore: "150101000000Z", notAfter: "171231000000Z" };
  return {
    root: made("root", { subject: rootName, ...byRoot, kind: "authority" }),
    middle: made("middle", { subject: middleName, ...byRoot, kind: "authority" }),
    gateway: made("gateway", { subject: gatewayName, ...byMiddle, kind: "holder" }),
    expired: made("expired", { subject: gatewayName, ...byMiddle, kind: "holder", validity: over }),
    stranger: made("stranger", {
      ...{ subject: gatewayName, issuer: gatewayName, issuerPrivateKey: pems.stranger },
      ...{ signature: "rsa", kind: "holder" },
    }),
  };
}

/** The certificate that UnionPay gives a merchant for this private key. */
export function merchantCertificate(keys: UnionpayKeys, merId: string, privateKeyPem: string): string {
  return certificatePem({
    subject: `041@Z12@${merId}:SIGN@00000001`,
    publicKey: publicKeyOf(privateKeyPem),
    ...{ issuer: middleName, issuerPrivateKey: keys.middle.privateKeyPem, signature: "rsa", kind: "holder" },
  });
}

/** How UnionPay names a certificate in `certId`. */
export function certIdIn(pem: string): string {
  return certificateIdOf(new X509Certificate(pem));
}

/** A text that is made once and kept in a file of the directory, mode 0600. */
export function keptIn(directory: string): Kept {
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
export async function ensureUnionpayKeys(directory: string): Promise<UnionpayKeys> {
  const pems = await Promise.all(
    unionpayKeyNames.map(
      async (name) => [name, await ensurePrivateKey(directory, `unionpay-${name}`)] as const,
    ),
  );
  return unionpayKeysOf(Object.fromEntries(pems) as UnionpayPrivateKeys, keptIn(directory));
}
