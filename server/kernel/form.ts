// Reads application/x-www-form-urlencoded in any charset, strictly: what can be read in two ways is not read at all.

/** A doubled name, an unreadable byte, more fields than allowed, or a charset that nobody knows. */
export class FormError extends Error {
  override readonly name = "FormError";
}

/**
 * The fields of a form, each decoded once.
 * @param charset of the bytes behind the percent signs: utf-8, gbk, gb18030 …
 * @throws FormError where a name is empty or doubled, or bytes are no text
 */
export function readForm(raw: Uint8Array, charset: string, fieldsMax: number): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  const pairs = raw.length === 0 ? [] : Buffer.from(raw).toString("latin1").split("&");
  if (pairs.length > fieldsMax) throw new FormError(`more than ${fieldsMax} fields`);
  const decode = decoderOf(charset);
  for (const pair of pairs) {
    const equals = pair.indexOf("=");
    const name = decode(equals < 0 ? pair : pair.slice(0, equals));
    if (name === "" || fields.has(name)) throw new FormError("a name is empty or comes twice");
    fields.set(name, decode(equals < 0 ? "" : pair.slice(equals + 1)));
  }
  return fields;
}

function decoderOf(charset: string): (text: string) => string {
  try {
    const decoder = new TextDecoder(charset, { fatal: true });
    return (text) => {
      try {
        return decoder.decode(bytesOf(text));
      } catch (error) {
        throw error instanceof FormError ? error : new FormError(`not ${charset}`);
      }
    };
  } catch {
    throw new FormError(`charset ${charset} is unknown`);
  }
}

function bytesOf(text: string): Buffer {
  const bytes = text.replaceAll("+", " ").replace(/%([0-9a-fA-F]{2})?/g, (_, hex: string | undefined) => {
    if (hex === undefined) throw new FormError("a percent sign without two digits");
    return String.fromCharCode(parseInt(hex, 16));
  });
  return Buffer.from(bytes, "latin1");
}
