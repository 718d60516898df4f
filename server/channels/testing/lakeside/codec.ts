// Lakeside’s wire, both halves: flat JSON objects of texts, and what their signatures are over.

/** Every member of a message is a text: amounts are fen in digits, moments are RFC 3339. */
export type Fields = ReadonlyMap<string, string>;

/** What a signature is for: the same bytes mean nothing elsewhere, and a reply answers one request alone. */
export type Purpose =
  | Readonly<{ kind: "request"; operation: string }>
  | Readonly<{ kind: "reply"; requestSignature: string }>
  | Readonly<{ kind: "callback" }>;

export const signatureHeader = "lakeside-signature";

export function encodeMessage(fields: Fields): Buffer {
  return Buffer.from(JSON.stringify(Object.fromEntries(fields)));
}

/** Null for anything but one flat object of texts in UTF-8. */
export function readMessage(body: Uint8Array): Fields | null {
  try {
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
    if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
    const members = Object.entries(value);
    return members.every((member): member is [string, string] => typeof member[1] === "string")
      ? new Map(members)
      : null;
  } catch {
    return null;
  }
}

/** What is signed before the body. */
export function headOf(purpose: Purpose): string {
  switch (purpose.kind) {
    case "request":
      return `request ${purpose.operation}`;
    case "reply":
      return `reply ${purpose.requestSignature}`;
    case "callback":
      return "callback";
  }
}
