// Reads bodies once they may be read: strictly decoded, strictly parsed, and kept as they came for signatures.
import { FormError, readForm } from "../../kernel/form.ts";
import { refuse, success, type Result } from "../../kernel/result.ts";
import { limits } from "../limits.ts";

/** Charset of a content type, in lower case; utf-8 where it names none. */
export function charsetOf(contentType: string | undefined): string {
  return /;\s*charset="?([\w.:-]{1,40})"?/i.exec(contentType ?? "")?.[1]?.toLowerCase() ?? "utf-8";
}

/** The media type without its parameters, in lower case. */
export function mediaTypeOf(contentType: string | undefined): string {
  return (contentType ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? "";
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** A name that would reach a prototype is written out, or hidden behind an escape. */
const dangerous = /__proto__|constructor|\\u/;

/** Parses JSON from UTF-8. Refuses invalid UTF-8, and names that would reach an object's prototype. */
export function parseJson(raw: Buffer): Result<unknown> {
  try {
    const text = utf8.decode(raw);
    // Looking at every field takes several times as long as parsing, and hardly any text needs it.
    return success(dangerous.test(text) ? JSON.parse(text, refusePrototypes) : JSON.parse(text));
  } catch {
    return refuse("body_not_json");
  }
}

/** Fields of application/x-www-form-urlencoded, each decoded once. Refuses a doubled name and bytes that are no text. */
export function parseForm(raw: Buffer, charset: string): Result<ReadonlyMap<string, string>> {
  try {
    return success(readForm(raw, charset, limits.formFieldsMax));
  } catch (error) {
    if (error instanceof FormError) return refuse("form_invalid");
    throw error;
  }
}

/**
 * The field whose text the database cannot hold (NUL, half a surrogate pair) or that lies too deep, else null.
 * Such a text would otherwise travel as far as the first insert.
 */
export function unstorableField(value: unknown, path = "", depth = 0): string | null {
  if (typeof value === "string") return isStorable(value) ? null : path || "body";
  if (typeof value !== "object" || value === null) return null;
  if (depth > limits.jsonDepthMax) return path || "body";
  for (const [name, child] of Object.entries(value)) {
    const step = Array.isArray(value) ? `${path}[${name}]` : path === "" ? name : `${path}.${name}`;
    if (!isStorable(name)) return step.toWellFormed().replaceAll("\0", "");
    const found = unstorableField(child, step, depth + 1);
    if (found !== null) return found;
  }
  return null;
}

function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes("\0");
}

function refusePrototypes(name: string, value: unknown): unknown {
  if (name === "__proto__" || (name === "constructor" && typeof value === "object"))
    throw new SyntaxError(name);
  return value;
}
