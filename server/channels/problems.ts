// Gives what went wrong on the way a short name that a person can read in a timeline.

const named: ReadonlyMap<string, string> = new Map([
  ["TimeoutError", "timeout"],
  ["AbortError", "timeout"],
  ["ETIMEDOUT", "timeout"],
  ["ECONNREFUSED", "connection refused"],
  ["ECONNRESET", "connection reset"],
  ["EPIPE", "connection reset"],
  ["ENOTFOUND", "host not found"],
  ["EAI_AGAIN", "host not found"],
  ["EHOSTUNREACH", "network unreachable"],
  ["ENETUNREACH", "network unreachable"],
]);

/** Longest problem text kept, in characters. */
const problemCharactersMax = 200;
/** How deep the chain of causes is followed. */
const causesMax = 5;

/**
 * The name of a failure: "timeout", "connection refused" … or the first line of its own message,
 * without URLs, because a query may carry what must not be stored. Never throws.
 */
export function problemOf(thrown: unknown): string {
  let error: unknown = thrown;
  for (let depth = 0; depth < causesMax && error instanceof Error; depth += 1) {
    const code = "code" in error && typeof error.code === "string" ? error.code : "";
    const name = named.get(code) ?? named.get(error.name);
    if (name !== undefined) return name;
    error = error.cause;
  }
  const text = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : "failure without description";
  const line = text.split("\n", 1)[0] ?? "";
  return line.replaceAll(/https?:\/\/\S+/g, "<url>").slice(0, problemCharactersMax);
}
