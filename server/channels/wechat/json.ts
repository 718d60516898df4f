// Reads JSON from outside without trusting it: objects as maps, so that a stranger’s key never meets a prototype.
import { fen, type Money } from "../../kernel/money.ts";

export type Members = ReadonlyMap<string, unknown>;

/** A JSON object as a map; null for anything else. */
export function parsedObject(text: string): Members | null {
  try {
    return memberIn(JSON.parse(text) as unknown);
  } catch {
    return null;
  }
}

/** An object within a message as a map; null for anything else. */
export function memberIn(value: unknown): Members | null {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? new Map(Object.entries(value))
    : null;
}

/** A text member; null when absent, empty or not text. */
export function textIn(members: Members | null | undefined, key: string): string | null {
  const value = members?.get(key);
  return typeof value === "string" && value !== "" ? value : null;
}

/** An amount in fen: a whole number of v3, or the digits of v2. Null for anything else: an amount is never guessed. */
export function fenIn(members: Members | null | undefined, key: string): Money | null {
  const value = members?.get(key);
  if (typeof value === "number") return Number.isSafeInteger(value) && value >= 0 ? fen(value) : null;
  return typeof value === "string" && /^(?:0|[1-9][0-9]{0,14})$/.test(value) ? fen(BigInt(value)) : null;
}
