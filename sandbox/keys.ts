// RSA keys of the simulated Alipay and of the merchants it knows: made once, kept in the data directory, play money only.
import { createPrivateKey, createPublicKey, generateKeyPair } from "node:crypto";
import * as fs from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { remembering } from "@huiyin/server/channels/remembered.ts";
import type { AlipayKeys } from "./alipay/gateway.ts";

const bits = 2048;

/** The private key (PEM, PKCS#8) under this name; made and stored with mode 0600 where there is none yet. */
export async function ensurePrivateKey(directory: string, name: string): Promise<string> {
  const path = join(directory, `${name}.pem`);
  if (fs.existsSync(path)) return fs.readFileSync(path, "utf8");
  fs.mkdirSync(directory, { recursive: true, mode: 0o700 });
  const { privateKey } = await promisify(generateKeyPair)("rsa", { modulusLength: bits });
  const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  // Written aside and renamed, so that a kill never leaves half a key.
  fs.writeFileSync(`${path}.new`, pem, { mode: 0o600 });
  fs.renameSync(`${path}.new`, path);
  return pem;
}

/** The public half (PEM, SPKI) of a private key. */
export function publicKeyOf(privateKey: string): string {
  return createPublicKey(privateKey).export({ type: "spki", format: "pem" }).toString();
}

/** The key in a PEM text. Throws where there is none. */
export const privateKeyIn = remembering((pem: string) => createPrivateKey(pem));
export const publicKeyIn = remembering((pem: string) => createPublicKey(pem));

/** The keys of the simulated Alipay, and of the stranger who forges. */
export async function ensureAlipayKeys(directory: string): Promise<AlipayKeys> {
  const [alipayPrivateKey, strangerPrivateKey] = await Promise.all([
    ensurePrivateKey(directory, "alipay"),
    ensurePrivateKey(directory, "stranger"),
  ]);
  return { alipayPrivateKey, alipayPublicKey: publicKeyOf(alipayPrivateKey), strangerPrivateKey };
}

/** A file name for a merchant’s key: names are for people, so they are spelled out in hexadecimal. */
export function keyName(name: string): string {
  return `merchant-${Buffer.from(name, "utf8").toString("hex")}`;
}
