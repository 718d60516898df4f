// The sentence a phone shows for a refusal.
import { words, type WordKey } from "../words.ts";

const known: ReadonlyMap<string, WordKey> = new Map(
  (Object.keys(words.zh) as WordKey[])
    .filter((key) => key.startsWith("reason."))
    .map((key) => [key.slice("reason.".length), key]),
);

/** The key of the sentence; a general one for what this page does not know. */
export function reasonKey(reason: string): WordKey {
  return known.get(reason) ?? "reason.other";
}
