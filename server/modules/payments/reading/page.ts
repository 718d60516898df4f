// Which part of a list is asked for: cursors and moments of a query, read alike for payments and for refunds.
import type { FastifyRequest } from "fastify";
import { isId } from "../../../kernel/ids.ts";
import { RefusalError, refuse, unwrap } from "../../../kernel/result.ts";
import type { IdPrefix } from "../../../kernel/world.ts";
import { localeOf } from "../../../platform/http/language.ts";
import { invalidField } from "../../../platform/http/validation.ts";

type PartQuery = { createdFrom?: string; createdTo?: string; after?: string; before?: string };

/** What of a list is wanted; null is no limit. */
export type Part = Readonly<{
  createdFrom: Date | null;
  createdTo: Date | null;
  after: string | null;
  before: string | null;
}>;

/** The part that a query asks for. Refuses a cursor that is no such id, as `not_found`, and a moment that no calendar has. */
export function partOf(request: FastifyRequest<{ Querystring: PartQuery }>, prefix: IdPrefix): Part {
  const { after, before } = request.query;
  return {
    createdFrom: momentOf(request, "createdFrom"),
    createdTo: momentOf(request, "createdTo"),
    after: cursorOf(prefix, after),
    before: cursorOf(prefix, before),
  };
}

function cursorOf(prefix: IdPrefix, text: string | undefined): string | null {
  if (text === undefined) return null;
  return isId(prefix, text) ? text : unwrap(refuse("not_found", { what: text }));
}

/** A moment of the query. The schema knows its form; only the calendar knows whether it exists. */
function momentOf(
  request: FastifyRequest<{ Querystring: PartQuery }>,
  name: "createdFrom" | "createdTo",
): Date | null {
  const text = request.query[name];
  if (text === undefined) return null;
  const at = new Date(text);
  if (!Number.isNaN(at.getTime()) && at.getTime() >= 0) return at;
  const words = { zh: "不是一个存在的时刻。", en: "is not a real moment." };
  throw new RefusalError(invalidField(name, words, localeOf(request.headers["accept-language"])));
}
