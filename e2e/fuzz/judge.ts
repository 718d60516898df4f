// What every answer has to be, whatever was asked: no accident of ours, a declared error in its own form, and no secret.
import { errors } from "@huiyin/contract/errors/index.ts";
import type { Answer } from "./wire.ts";

const declared: ReadonlyMap<string, Readonly<{ status: number }>> = new Map(Object.entries(errors));

/** What only our insides say: stack traces, places in the code, words of the database. */
const insides =
  /\bat (?:async )?[\w.<>[\] ]+ \(|node:internal|node_modules|\/server\/[a-z]+\/|\.ts:\d+|SQLSTATE|violates \w+ constraint|invalid byte sequence|relation "|syntax error at or near|Cannot read propert|is not a function/;

export type Judge = (answer: Answer, kinds: Kinds) => string | null;

/** "problem": an error is a problem document. "any": the answer is of another kind, such as a page or a channel’s words. */
export type Kinds = Readonly<{ errors: "problem" | "any"; unavailable: "allowed" | "accident" }>;

export function createJudge(secrets: readonly string[]): Judge {
  return (answer, kinds) => {
    const { status, body, headers } = answer;
    if (status === 0) return null;
    const busy = status === 503 && (kinds.unavailable === "allowed" || headers.has("retry-after"));
    if (status >= 500 && !busy) return `HTTP ${status}: ${wordsIn(body).slice(0, 400)}`;
    const secret = secrets.find((one) => body.includes(one));
    if (secret !== undefined) return `a secret in the answer: ${body.slice(0, 400)}`;
    if (status >= 400 && insides.test(body)) return `our insides in the answer: ${body.slice(0, 400)}`;
    return status >= 400 && kinds.errors === "problem" ? problemIn(answer) : null;
  };
}

/** What a page says, without how it looks. */
function wordsIn(body: string): string {
  return body.replaceAll(/<(style|script)\b.*?<\/\1>|<[^>]*>/gs, " ").replaceAll(/\s+/g, " ");
}

/** What is wrong with a problem document; null where nothing is. */
function problemIn({ status, headers, body }: Answer): string | null {
  if (!(headers.get("content-type") ?? "").startsWith("application/problem+json"))
    return `HTTP ${status} is no problem document but ${headers.get("content-type")}: ${body.slice(0, 200)}`;
  // The answer to HEAD has none.
  if (body === "") return null;
  const { code, status: told, title, traceId } = JSON.parse(body) as Record<string, unknown>;
  const known = declared.get(String(code));
  if (known === undefined) return `the error ${String(code)} is not declared`;
  if (known.status !== status || told !== status) return `${String(code)} came as HTTP ${status}`;
  return typeof title === "string" && typeof traceId === "string" ? null : `half a problem document: ${body}`;
}
