// The amount on the keypad: text as it is typed, and fen as it is charged. Pure.

export const amountKeys = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "00", "."] as const;
export type AmountKey = (typeof amountKeys)[number];

/** The largest payment that the platform takes, in fen: ¥100,000,000.00 (contract/api/common.ts). */
export const amountFenMax = 10_000_000_000n;

const fractionDigitsMax = 2;

/** The text after one more key; null where the key does not fit: a third decimal, a second point, beyond the maximum. */
export function typed(text: string, key: AmountKey): string | null {
  if (key === ".") return text.includes(".") ? null : `${text === "" ? "0" : text}.`;
  const next = text === "0" || (text === "" && key === "00") ? key.slice(-1) : text + key;
  const fraction = next.split(".")[1] ?? "";
  if (fraction.length > fractionDigitsMax || fenOf(next) > amountFenMax) return null;
  return next;
}

/** Whether a refused key would have gone beyond the maximum, rather than being a third decimal or a second point. */
export const isOverLimit = (text: string, key: AmountKey): boolean =>
  key !== "." && !text.includes(".") && typed(text, key) === null;

/** The text without its last character. */
export const erased = (text: string): string => (text === "0." ? "" : text.slice(0, -1));

/** Fen of the typed text: "12.5" → 1250, "" → 0. */
export function fenOf(text: string): bigint {
  const [yuan = "", fraction = ""] = text.split(".");
  return BigInt(yuan === "" ? "0" : yuan) * 100n + BigInt(fraction.padEnd(fractionDigitsMax, "0"));
}

/** What would be typed for it: 1250 → "12.50", 1000 → "10". */
export const amountTextOf = (amountFen: bigint): string => {
  const fraction = (amountFen % 100n).toString().padStart(2, "0");
  return fraction === "00" ? (amountFen / 100n).toString() : `${amountFen / 100n}.${fraction}`;
};

/** Yuan with two decimals and grouped thousands, no currency sign: 123456 → "1,234.56". */
export function yuanText(amountFen: bigint): string {
  return `${grouped((amountFen / 100n).toString())}.${(amountFen % 100n).toString().padStart(2, "0")}`;
}

/** The typed text with grouped thousands, as it stands while typing: "1234.5" → "1,234.5"; "" → "0". */
export function typedText(text: string): string {
  const [yuan = "", fraction] = text.split(".");
  return fraction === undefined ? grouped(yuan === "" ? "0" : yuan) : `${grouped(yuan)}.${fraction}`;
}

const grouped = (digits: string): string => digits.replaceAll(/\B(?=(\d{3})+$)/g, ",");
