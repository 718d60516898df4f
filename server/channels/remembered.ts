// Keys and certificates that were read already. Reading a private key costs a quarter of a millisecond on the event loop,
// more than a signature with it costs there, and every message needs one.
import { hash } from "node:crypto";

/** Most results that one reader keeps. Parsed, a key of 2048 bits holds a few kilobytes. */
const keptMax = 1_000;

/**
 * The same reader with a memory. `read` must depend on its texts alone; what it throws is not kept, and what was not
 * wanted for longest goes first.
 *
 * A key stands in memory as OpenSSL holds it, under a digest: never one more copy of its text. The account that it came
 * from is kept in clear by the directory of merchants for as long as it is among the 10,000 used last, so this adds no time
 * in which a secret can be found; one that was replaced stays until others have pushed it out or the process ends.
 * @param most results kept at most
 */
export function remembering<Texts extends readonly string[], Result extends object>(
  read: (...texts: Texts) => Result,
  most: number = keptMax,
): (...texts: Texts) => Result {
  const kept = new Map<string, Result>();
  return (...texts) => {
    // Lengths stand before the texts, so that no two lists have one name.
    const name = hash("sha256", `${texts.map((text) => text.length).join()} ${texts.join("")}`, "base64");
    const result = kept.get(name) ?? read(...texts);
    // What was used last stands at the end.
    kept.delete(name);
    kept.set(name, result);
    const oldest = kept.size > most ? kept.keys().next().value : undefined;
    if (oldest !== undefined) kept.delete(oldest);
    return result;
  };
}
