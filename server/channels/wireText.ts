// The text of what came over the wire: bytes become words only here.
import type { WireReply } from "./port.ts";

const charsets = new Map([
  ["gbk", "gbk"],
  ["gb2312", "gbk"],
  ["gb18030", "gb18030"],
]);

/** The charset that a content type names, as a decoder knows it: gbk, gb18030, or utf-8 where it names none or another. */
export function charsetIn(contentType: string | undefined): string {
  const named = /;\s*charset="?([\w-]+)/i.exec(contentType ?? "")?.[1]?.toLowerCase();
  return charsets.get(named ?? "") ?? "utf-8";
}

/** The body of a reply, decoded as its content type says. What is no text in that charset shows as U+FFFD. */
export function wireText({ headers, body }: Pick<WireReply, "headers" | "body">): string {
  return new TextDecoder(charsetIn(headers["content-type"])).decode(body);
}
