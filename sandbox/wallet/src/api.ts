// Talks to the sandbox this page came from. The pass is a cookie; the header says that it is this page that asks.
import type { Locale } from "@huiyin/contract/words.ts";

/** A refusal in the reader’s language: what is wrong, and what to do. */
export class Problem extends Error {
  override readonly name = "Problem";
  readonly code: string;
  readonly next: string;

  constructor(code: string, title: string, next: string) {
    super(title);
    this.code = code;
    this.next = next;
  }
}

let locale: Locale = "zh";

/** The language in which refusals are answered from now on. */
export function setApiLocale(next: Locale): void {
  locale = next;
}

const waitMsMax = 10_000;

/** One call to the sandbox. Rejects with Problem, or with whatever fetch rejects with. */
export async function call<T>(
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE",
  path: string,
  body?: unknown,
): Promise<T> {
  const answer = await fetch(path, {
    method,
    headers: {
      accept: "application/json",
      "accept-language": locale,
      "x-huiyin-wallet": "1",
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(waitMsMax),
  });
  const value: unknown = await answer.json().catch(() => ({}));
  if (answer.ok) return value as T;
  const { code = "", title = String(answer.status), detail = "" } = value as Record<string, string>;
  throw new Problem(code, title, detail);
}
