// Tells a USB scanner from a person: both type on the same keyboard, the scanner much faster, and ends with Enter or
// Tab. Pure: keys and their times go in, what they mean comes out.

/** The keys of one burst so far. */
export type Burst = Readonly<{ text: string; lastAtMs: number }>;

export type KeyMeaning =
  | Readonly<{ kind: "key"; startsBurst: boolean }>
  | Readonly<{ kind: "scan"; code: string }>
  | Readonly<{ kind: "other" }>;

export const noBurst: Burst = { text: "", lastAtMs: Number.NEGATIVE_INFINITY };

/** Two keys of a scanner are 1 … 30 ms apart, those of a quick person 80 ms and more. */
const keyGapMsMax = 50;
/** Shorter bursts are a person rolling over the digits. Payer codes have 16 digits and more. */
const codeLengthMin = 10;

/** What a key means after the keys before it. `key` is KeyboardEvent.key. */
export function read(
  burst: Burst,
  key: string,
  atMs: number,
): Readonly<{ burst: Burst; meaning: KeyMeaning }> {
  const continues = atMs - burst.lastAtMs <= keyGapMsMax;
  if (key === "Enter" || key === "Tab") {
    const code = continues ? codeOf(burst.text) : "";
    const meaning: KeyMeaning = code.length >= codeLengthMin ? { kind: "scan", code } : { kind: "other" };
    return { burst: noBurst, meaning };
  }
  // Shift and its like come between the letters of a scanned address; they are no text and end nothing.
  if ([...key].length !== 1)
    return { burst: continues ? { ...burst, lastAtMs: atMs } : burst, meaning: { kind: "other" } };
  const text = continues ? burst.text + key : key;
  return { burst: { text, lastAtMs: atMs }, meaning: { kind: "key", startsBurst: !continues } };
}

/**
 * A scanned, typed or pasted code as it is sent: full-width figures made plain, blanks and control characters gone,
 * the symbology mark of a scanner (“]Q1”) taken off. Whether it is a payer's code, the platform decides.
 */
export function codeOf(text: string): string {
  const plain = text.normalize("NFKC").replaceAll(/[\s\p{Cc}\p{Cf}]/gu, "");
  return plain.replace(/^\][A-Za-z]\d/, "");
}
