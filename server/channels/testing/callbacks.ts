// For tests only: callbacks as they are posted.
import type { CallbackRequest } from "../port.ts";

const noon = new Date("2026-03-01T04:00:00.000Z");

/** A callback that posts these fields as a form in UTF-8. */
export function formCallback(
  fields: Iterable<readonly [string, string]>,
  receivedAt = noon,
): CallbackRequest {
  const form = new URLSearchParams([...fields].map(([name, value]): [string, string] => [name, value]));
  return {
    headers: new Map([["content-type", "application/x-www-form-urlencoded; charset=utf-8"]]),
    body: Buffer.from(form.toString()),
    receivedAt,
  };
}

/** The fields that a form posts. */
export function fieldsOf({ body }: CallbackRequest): Map<string, string> {
  return new Map(new URLSearchParams(Buffer.from(body).toString()));
}

/** The callback with each field of its form altered in turn. */
export function alteredForms(callback: CallbackRequest): Array<readonly [string, CallbackRequest]> {
  const fields = fieldsOf(callback);
  return [...fields].map(([name, value]) => [
    name,
    { ...callback, body: formCallback(new Map(fields).set(name, `${value}1`)).body },
  ]);
}
