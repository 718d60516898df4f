// JSON on its way into the database. Texts from outside may hold what JSON allows and PostgreSQL does not.

/**
 * JSON that any jsonb takes: NUL and half surrogate pairs, in values and names alike, become U+FFFD. A channel’s reply
 * that holds one must be recorded like any other, or the payment it speaks of could never be decided.
 */
export function storableJson(value: unknown): string {
  const text = JSON.stringify(value);
  // Nearly every document holds neither: looking is a fraction of rewriting it.
  if (!text.includes("\\u")) return text;
  // A whole pair is never escaped by JSON.stringify, so an escaped surrogate is half of one. “\\” is passed over.
  return text.replace(/\\(?:u0000|ud[89a-f][0-9a-f]{2}|.)/g, (escape) =>
    /^\\u(?:0000|d)/.test(escape) ? "\ufffd" : escape,
  );
}
