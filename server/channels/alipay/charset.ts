// The two charsets of Alipay’s wire. Node decodes GBK but cannot encode it: iconv-lite does.
import iconv from "iconv-lite";

/** What the parameter `charset` may say; it holds for the bytes that are signed, for the request and for its answer. */
export type Charset = "utf-8" | "gbk";

/** The charset that a text names, in any case; utf-8 where it names none, or one that nobody documented. */
export function charsetOf(named: string | undefined): Charset {
  return ["gbk", "gb2312", "gb18030"].includes((named ?? "").toLowerCase()) ? "gbk" : "utf-8";
}

/** The bytes of a text. A letter that GBK lacks becomes a question mark: see `encodableJson`. */
export function bytesOfText(text: string, charset: Charset): Buffer {
  return charset === "gbk" ? iconv.encode(text, "gbk") : Buffer.from(text, "utf8");
}

/** The text of bytes; what is no text in this charset shows as U+FFFD. */
export function textOfBytes(bytes: Uint8Array, charset: Charset): string {
  return charset === "gbk" ? iconv.decode(Buffer.from(bytes), "gbk") : new TextDecoder().decode(bytes);
}

/** A JSON text whose every letter exists in the charset: those that GBK lacks stand as their escapes, which mean the same. */
export function encodableJson(json: string, charset: Charset): string {
  if (charset === "utf-8") return json;
  return json.replaceAll(/[^\0-\x7f]/g, (unit) =>
    iconv.decode(iconv.encode(unit, "gbk"), "gbk") === unit
      ? unit
      : `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** Pairs as application/x-www-form-urlencoded, each percent sign before a byte in this charset. */
export function percentEncoded(
  pairs: Iterable<readonly [name: string, value: string]>,
  charset: Charset,
): string {
  return [...pairs].map((pair) => pair.map((text) => escaped(text, charset)).join("=")).join("&");
}

function escaped(text: string, charset: Charset): string {
  return bytesOfText(text, charset)
    .toString("latin1")
    .replaceAll(/[^A-Za-z0-9*._-]/g, (unit) =>
      unit === " " ? "+" : `%${unit.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`,
    );
}

/**
 * The bytes as a text of the same length, in which every byte of a letter outside ASCII is an “x”: where such a text has a
 * quote or a brace, so have the bytes. The second byte of a GBK letter may look like a backslash or a brace.
 */
export function outlineOf(bytes: Uint8Array, charset: Charset): string {
  const outline = Buffer.from(bytes);
  for (let at = 0; at < outline.length; at += 1) {
    if ((outline[at] ?? 0) < 0x80) continue;
    outline[at] = 0x78;
    if (charset === "gbk" && at + 1 < outline.length) outline[(at += 1)] = 0x78;
  }
  return outline.toString("latin1");
}
