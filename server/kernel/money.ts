// Money as one type: an exact count of minor units together with its currency.

export type Currency = "CNY";

/** An amount in minor units (fen for CNY). Negative amounts are legal in the ledger only. */
export type Money = Readonly<{ minor: bigint; currency: Currency }>;

/** Smallest and largest amount of one payment, in fen. The largest is what Alipay accepts: 100,000,000 yuan. */
export const paymentFenMin = 1n;
export const paymentFenMax = 10_000_000_000n;

/** Money of so many fen. */
export function fen(minor: bigint | number): Money {
  return { minor: BigInt(minor), currency: "CNY" };
}

/** The sum of two amounts. */
export function add(left: Money, right: Money): Money {
  return { minor: left.minor + right.minor, currency: left.currency };
}

/** The first amount less the second. */
export function subtract(left: Money, right: Money): Money {
  return { minor: left.minor - right.minor, currency: left.currency };
}

/** The amount with its sign turned round. */
export function negate(amount: Money): Money {
  return { minor: -amount.minor, currency: amount.currency };
}

/** Whether both are the same amount of the same currency. */
export function sameMoney(left: Money, right: Money): boolean {
  return left.minor === right.minor && left.currency === right.currency;
}

/** Yuan text with exactly two decimals, as Alipay and people write it: 12345 fen → "123.45". */
export function yuanText(amount: Money): string {
  const sign = amount.minor < 0n ? "-" : "";
  const digits = (amount.minor < 0n ? -amount.minor : amount.minor).toString().padStart(3, "0");
  return `${sign}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/**
 * Reads yuan text ("123.45", "0.1", "7") as Money.
 * Returns null for anything but digits with at most two decimals: an amount is never guessed.
 */
export function parseYuan(text: string): Money | null {
  const match = /^(-?)(\d{1,15})(?:\.(\d{1,2}))?$/.exec(text);
  if (!match) return null;
  const [, sign, whole, decimals = ""] = match;
  const minor = BigInt(whole ?? "0") * 100n + BigInt(decimals.padEnd(2, "0"));
  return fen(sign === "-" ? -minor : minor);
}

/**
 * Fee in fen for a rate in basis points (0 … 10,000), rounded half up to the fen:
 * the usual convention of Chinese acquirers, stated once, here.
 */
export function feeOf(amount: Money, rateBasisPoints: bigint): Money {
  return { minor: (amount.minor * rateBasisPoints + 5_000n) / 10_000n, currency: amount.currency };
}
