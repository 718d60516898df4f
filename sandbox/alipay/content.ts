// The members of a biz_content, read one by one: what is absent, empty, too long or of another type is null.
import { parseYuan } from "@huiyin/server/kernel/money.ts";
import type { SigningMode } from "../book/model.ts";
import type { Operation } from "../faults/model.ts";

/** What the gateway knows about a request before it reads its content. */
export type Envelope = Readonly<{
  operation: Operation;
  appId: string;
  bizContent: string;
  notifyUrl: string;
  mode: SigningMode;
}>;

export type Content = ReadonlyMap<string, unknown>;

/** A text member within its length; null when absent, empty, too long or not text. */
export function text(content: Content, name: string, max: number): string | null {
  const value = content.get(name);
  return typeof value === "string" && value !== "" && value.length <= max ? value : null;
}

/** An amount in fen; null where it is no amount in yuan. Alipay takes it as text and, from careless callers, as a number. */
export function amountFen(content: Content, name: string): bigint | null {
  const value = content.get(name);
  const written = typeof value === "string" || typeof value === "number" ? String(value) : "";
  return parseYuan(written)?.minor ?? null;
}

/** The words of a comma list. */
export function words(content: Content, name: string): readonly string[] {
  return (text(content, name, 1024) ?? "").split(",").filter((word) => word !== "");
}

/** An object member as a map; null when it is none. */
export function objectIn(content: Content, name: string): Content | null {
  const value = content.get(name);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
  return new Map(Object.entries(value));
}

/** Whether query_options asks for this. */
export function asksFor(content: Content, option: string): boolean {
  const options = content.get("query_options");
  return Array.isArray(options) && options.includes(option);
}
