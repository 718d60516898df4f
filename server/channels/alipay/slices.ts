// Cuts the signed node out of an answer by its bytes: over these, exactly as they came, the signature is checked.
import { outlineOf, textOfBytes, type Charset } from "./charset.ts";
import { answerCertificateSerial, sliceAnswer } from "./codec.ts";

export type SlicedAnswer =
  | Readonly<{
      kind: "answer";
      node: "own" | "error";
      /** The node as sent, and as text. */
      bytes: Uint8Array;
      text: string;
      signature: string | null;
      /** Of the certificate that it says it was signed under; null in public-key mode. Unsigned itself. */
      certificateSerial: string | null;
    }>
  | Readonly<{ kind: "malformed"; problem: string }>;

/** `sliceAnswer` over bytes. Names and signatures of this wire are ASCII, so the outline of the body has them whole. */
export function slicedAnswer(body: Uint8Array, charset: Charset, method: string): SlicedAnswer {
  const outline = outlineOf(body, charset);
  const slice = sliceAnswer(outline, method);
  if (slice.kind === "malformed") return slice;
  const { node, signature, startsAt, text } = slice;
  const bytes = body.subarray(startsAt, startsAt + text.length);
  const certificateSerial = answerCertificateSerial(outline);
  return { kind: "answer", node, bytes, text: textOfBytes(bytes, charset), signature, certificateSerial };
}
