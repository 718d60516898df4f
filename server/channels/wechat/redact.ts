// Takes out of a wire message what must never be stored or logged: payer codes, payer identities, keys, whole signatures.

type Ends = Readonly<{ head: number; tail: number }>;

/** Members shown with only so many characters at each end, at whatever depth; all others stay as they are. */
const shownEnds: ReadonlyMap<string, Ends> = new Map([
  // The first two digits tell the wallet, the last four let a cashier recognise the code.
  ["auth_code", { head: 2, tail: 4 }],
  ["sign", { head: 8, tail: 0 }],
  ["openid", { head: 4, tail: 4 }],
  ["sub_openid", { head: 4, tail: 4 }],
  ["sp_openid", { head: 4, tail: 4 }],
  // Together with our signature it lets its payer pay, and nobody else.
  ["prepay_id", { head: 6, tail: 4 }],
  ["user_received_account", { head: 2, tail: 0 }],
  ["refund_recv_accout", { head: 2, tail: 0 }],
  ["req_info", { head: 4, tail: 0 }],
  ["ciphertext", { head: 4, tail: 0 }],
  // Whoever has the address of a bill has the bill, while its token lives.
  ["download_url", { head: 24, tail: 0 }],
]);

/** Longest untrusted text that is kept as evidence, in characters. */
const rawTextKeptMax = 300;

/** How deep an object may be: WeChat Pay's are four. */
const depthMax = 8;

/** Members as a plain record with secrets masked. A numbered field of v2 is masked like its name without the number. */
export function redactedMembers(
  members: ReadonlyMap<string, unknown>,
  depth = 0,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries([...members].map(([name, value]) => [name, redactedValue(name, value, depth)]));
}

/**
 * A reply that could not be trusted, kept as evidence: its beginning, with every long run of letters and digits
 * (payer codes, openids, trade numbers) masked, because nothing says which field is which.
 */
export function redactedRawText(text: string): Readonly<Record<string, unknown>> {
  const beginning = text.slice(0, rawTextKeptMax).replaceAll(/[\w-]{16,}/g, (run) => `${run.slice(0, 2)}…`);
  return { rawBeginning: beginning, rawCharacters: text.length };
}

/** Keeps so many characters at both ends; a text too short to hide anything becomes stars alone. */
export function masked(text: string, { head, tail }: Ends): string {
  if (text.length <= head + tail) return "****";
  return `${text.slice(0, head)}****${tail === 0 ? "" : text.slice(-tail)}`;
}

function redactedValue(name: string, value: unknown, depth: number): unknown {
  const ends = shownEnds.get(name.replace(/(_[0-9]+)+$/, ""));
  if (ends !== undefined) return typeof value === "string" ? masked(value, ends) : "****";
  if (typeof value !== "object" || value === null) return value;
  if (depth === depthMax) return "****";
  if (Array.isArray(value))
    return (value as readonly unknown[]).map((item) => redactedValue("", item, depth + 1));
  return redactedMembers(new Map(Object.entries(value)), depth + 1);
}
