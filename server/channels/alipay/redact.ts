// Takes out of a wire message what must never be stored or logged: payer codes, payer identities, keys, whole signatures.

/** Fields shown with only so many characters at each end; all other fields stay as they are. */
const shownEnds: ReadonlyMap<string, Readonly<{ head: number; tail: number }>> = new Map([
  // The first two digits tell the wallet, the last four let a cashier recognise the code.
  ["auth_code", { head: 2, tail: 4 }],
  ["sign", { head: 8, tail: 0 }],
  ["buyer_id", { head: 4, tail: 4 }],
  ["buyer_user_id", { head: 4, tail: 4 }],
  ["buyer_open_id", { head: 4, tail: 4 }],
  ["buyer_logon_id", { head: 3, tail: 2 }],
  ["buyer_user_name", { head: 1, tail: 0 }],
  ["seller_email", { head: 3, tail: 0 }],
  ["app_auth_token", { head: 4, tail: 0 }],
  // Whoever has the address has the bill, for thirty seconds.
  ["bill_download_url", { head: 24, tail: 0 }],
  ["auth_token", { head: 4, tail: 0 }],
]);

/** Longest untrusted text that is kept as evidence, in characters. */
const rawTextKeptMax = 300;

/** A parameter map as a plain record with secrets masked; biz_content is opened so that its members are masked too. */
export function redactedFields(fields: ReadonlyMap<string, unknown>): Readonly<Record<string, unknown>> {
  return Object.fromEntries([...fields].map(([name, value]) => [name, redactedValue(name, value)]));
}

/**
 * A reply that could not be trusted, kept as evidence: its beginning, with every long run of digits
 * (payer codes, account and trade numbers) masked, because nothing says which field is which.
 */
export function redactedRawText(text: string): Readonly<Record<string, unknown>> {
  const beginning = text.slice(0, rawTextKeptMax).replaceAll(/\d{9,}/g, (digits) => `${digits.slice(0, 2)}…`);
  return { rawBeginning: beginning, rawCharacters: text.length };
}

/** Keeps so many characters at both ends; a text too short to hide anything becomes stars alone. */
export function masked(text: string, ends: Readonly<{ head: number; tail: number }>): string {
  // The channel masks some values itself; a second mask would only hide what it chose to show.
  if (text.includes("**")) return text;
  if (text.length <= ends.head + ends.tail) return "****";
  return `${text.slice(0, ends.head)}****${ends.tail === 0 ? "" : text.slice(-ends.tail)}`;
}

function redactedValue(name: string, value: unknown): unknown {
  const ends = shownEnds.get(name);
  if (ends !== undefined) return typeof value === "string" ? masked(value, ends) : "****";
  if (name === "biz_content" && typeof value === "string") return redactedText(value);
  return value;
}

function redactedText(bizContent: string): unknown {
  try {
    const content: unknown = JSON.parse(bizContent);
    if (typeof content === "object" && content !== null && !Array.isArray(content)) {
      return redactedFields(new Map(Object.entries(content)));
    }
  } catch {
    // Not JSON: kept below as untrusted text.
  }
  return redactedRawText(bizContent);
}
