// Takes out of a wire message what must never be stored or logged: payer codes, cards, tokens, keys, whole signatures.

/** Fields shown with only so many characters at each end; all other fields stay as they are. */
const shownEnds: ReadonlyMap<string, Readonly<{ head: number; tail: number }>> = new Map([
  // The first two digits tell the wallet, the last four let a cashier recognise the code.
  ["qrNo", { head: 2, tail: 4 }],
  ["signature", { head: 8, tail: 0 }],
  ["payerInfo", { head: 0, tail: 0 }],
  ["customerInfo", { head: 0, tail: 0 }],
  ["tokenPayData", { head: 0, tail: 0 }],
  ["cardTransData", { head: 0, tail: 0 }],
  ["fileContent", { head: 16, tail: 0 }],
]);

/** A certificate is public, and long: kept as its length alone. */
const certificateFields: ReadonlySet<string> = new Set(["signPubKeyCert", "encryptPubKeyCert"]);

/** Longest untrusted text that is kept as evidence, in characters. */
const rawTextKeptMax = 300;

/** The fields of a message as a plain record with secrets masked. */
export function redactedFields(fields: ReadonlyMap<string, string>): Readonly<Record<string, string>> {
  return Object.fromEntries([...fields].map(([name, value]) => [name, redactedValue(name, value)]));
}

/**
 * A reply that could not be trusted, kept as evidence: its beginning, with every long run of digits (payer codes, cards)
 * masked, because nothing says which field is which.
 */
export function redactedRawText(text: string): Readonly<Record<string, unknown>> {
  const beginning = text.slice(0, rawTextKeptMax).replaceAll(/\d{9,}/g, (digits) => `${digits.slice(0, 2)}…`);
  return { rawBeginning: beginning, rawCharacters: text.length };
}

/** A card as UnionPay may send it, masked, encrypted or plain: its last four digits at most. */
export function maskedAccount(accNo: string): string | null {
  const tail = /^[0-9*]{8,24}$/.test(accNo) ? /[0-9]{4}$/.exec(accNo)?.[0] : undefined;
  return tail === undefined ? null : `****${tail}`;
}

function redactedValue(name: string, value: string): string {
  if (name === "accNo") return maskedAccount(value) ?? "****";
  if (certificateFields.has(name)) return `(${value.length} characters)`;
  const ends = shownEnds.get(name);
  if (ends === undefined || value === "") return value;
  if (value.length <= ends.head + ends.tail) return "****";
  return `${value.slice(0, ends.head)}****${ends.tail === 0 ? "" : value.slice(-ends.tail)}`;
}
