// Notices of WeChat Pay v3, both halves: a sealed resource in a JSON envelope, signed in its headers like an answer.
import { aeadAlgorithm, sealed, unsealed } from "../crypto/aead.ts";
import { memberIn, parsedObject, textIn, type Members } from "../json.ts";
import { rfc3339Seconds } from "../time.ts";

export type V3EventType = "TRANSACTION.SUCCESS" | "REFUND.SUCCESS" | "REFUND.ABNORMAL" | "REFUND.CLOSED";

export type V3Notice = Readonly<{
  /** Stays the same when the notice is repeated. */
  id: string;
  createdAt: Date;
  eventType: V3EventType;
  summary: string;
  /** What is sealed: the order as a query answers it, or the refund. */
  resource: Readonly<Record<string, unknown>>;
}>;

/** The gateway’s side: the body of a notice. @param nonce of 12 characters; sign the body with `signedHeaders` */
export function noticeBody(notice: V3Notice, apiV3Key: string, nonce: string): string {
  const originalType = notice.eventType.startsWith("REFUND") ? "refund" : "transaction";
  const box = sealed(JSON.stringify(notice.resource), apiV3Key, { nonce, associatedData: originalType });
  return JSON.stringify({
    id: notice.id,
    create_time: rfc3339Seconds(notice.createdAt),
    resource_type: "encrypt-resource",
    event_type: notice.eventType,
    summary: notice.summary,
    resource: {
      algorithm: aeadAlgorithm,
      original_type: originalType,
      ciphertext: box.ciphertext,
      associated_data: originalType,
      nonce,
    },
  });
}

export type ReadNotice = Readonly<{ id: string; eventType: string; resource: Members }>;

/** A notice whose signature was checked; null where it is no notice, or was sealed under another key. */
export function readNotice(body: string, apiV3Key: string): ReadNotice | null {
  const envelope = parsedObject(body);
  const box = memberIn(envelope?.get("resource"));
  const [id, eventType] = [textIn(envelope, "id"), textIn(envelope, "event_type")];
  const [nonce, ciphertext] = [textIn(box, "nonce"), textIn(box, "ciphertext")];
  if (id === null || eventType === null || nonce === null || ciphertext === null) return null;
  if (textIn(box, "algorithm") !== aeadAlgorithm) return null;
  const associatedData = textIn(box, "associated_data") ?? "";
  const text = unsealed({ nonce, ciphertext, associatedData }, apiV3Key);
  const resource = text === null ? null : parsedObject(text);
  return resource === null ? null : { id, eventType, resource };
}
