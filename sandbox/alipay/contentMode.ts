// How the content of a request and of its answer is written: in which charset, and whether it is encrypted.
import { decryptedContent, encryptedContent } from "@huiyin/server/channels/alipay/aes.ts";
import {
  bytesOfText,
  charsetOf,
  encodableJson,
  textOfBytes,
  type Charset,
} from "@huiyin/server/channels/alipay/charset.ts";
import type { WireParameters } from "@huiyin/server/channels/alipay/codec.ts";
import type { Merchant } from "../book/model.ts";

export type ContentMode = Readonly<{
  charset: Charset;
  /** Base64; null where nothing is encrypted. */
  aesKey: string | null;
}>;

/** As a request asks for it; an app without a content key of its own gets no encrypted answer. */
export function contentModeOf(parameters: WireParameters, app: Merchant | null): ContentMode {
  const encrypts = parameters.get("encrypt_type") === "AES";
  const aesKey = encrypts ? (app?.keys["aesKey"] ?? null) : null;
  return { charset: charsetOf(parameters.get("charset")), aesKey };
}

export type ContentReading =
  Readonly<{ kind: "content"; text: string }> | Readonly<{ kind: "refused"; subCode: string }>;

/** biz_content in clear. */
export function contentIn(parameters: WireParameters, mode: ContentMode): ContentReading {
  const text = parameters.get("biz_content") ?? "";
  if (parameters.get("encrypt_type") !== "AES") return { kind: "content", text };
  if (mode.aesKey === null) return { kind: "refused", subCode: "isv.missing-encrypt-key" };
  try {
    return { kind: "content", text: textOfBytes(decryptedContent(text, mode.aesKey), mode.charset) };
  } catch {
    return { kind: "refused", subCode: "isv.decryption-error-not-valid-encryptkey" };
  }
}

/** The text of a node as it is signed and sent. The signature of an encrypted one covers its quotes too. */
export function nodeTextOf(node: unknown, { charset, aesKey }: ContentMode): string {
  const json = encodableJson(JSON.stringify(node), charset);
  return aesKey === null ? json : JSON.stringify(encryptedContent(bytesOfText(json, charset), aesKey));
}
