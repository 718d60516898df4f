// Schemas that every part of the HTTP contract shares.
import { Type, type TSchema } from "typebox";
import type { Localized } from "../words.ts";

/** An id with its prefix, for example pay_019a2b3c4d5e7f8091a2b3c4d5e6f708. */
export const Id = (prefix: string) =>
  Type.String({ pattern: `^${prefix}_[0-9a-f]{32}$`, description: `Id with prefix ${prefix}_` });

/** An amount in fen: 1 … 10,000,000,000 (¥0.01 … ¥100,000,000). */
export const AmountFen = Type.Integer({ minimum: 1, maximum: 10_000_000_000, description: "Amount in fen" });

/**
 * What a payer's bill says: at least one letter, digit, mark or sign, none of / = & (channels refuse them), no control
 * characters, and nothing that makes text read in another direction than it is stored.
 */
export const subjectPattern =
  "^(?=.*[\\p{L}\\p{N}\\p{P}\\p{S}])[^/=&\\p{Cc}\\p{Cs}\\p{Zl}\\p{Zp}\\u061c\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069]+$";

const timeOfDayPattern = "T\\d{2}:\\d{2}:[0-5]\\d(\\.\\d{1,6})?(Z|[+-]\\d{2}:\\d{2})$";
const momentPattern = `^(?!000[01])[0-2]\\d{3}-\\d{2}-\\d{2}${timeOfDayPattern}`;

/** Patterns that a person could not read out of a refusal, in words. */
export const patternWords: ReadonlyMap<string, Localized> = new Map([
  [
    subjectPattern,
    {
      zh: "应为能看见的文字，不含 / = &、控制字符和改变书写方向的字符。",
      en: "must be text that can be seen, without / = &, control characters and characters that change its direction.",
    },
  ],
  [
    momentPattern,
    {
      zh: "应为带时区的时刻，年份在 2 至 2999 之间，如 2026-11-23T10:00:00+08:00。",
      en: "must be a moment of the years 2 to 2999 with an offset, such as 2026-11-23T10:00:00+08:00.",
    },
  ],
]);

// The calendar is checked by the format: 30 February has the form of a time and is none. No leap seconds.
const dateTime = { format: "date-time" } as const;

/** RFC 3339 with offset, as every answer writes time. */
export const Timestamp = Type.String({
  ...dateTime,
  pattern: `^\\d{4}-\\d{2}-\\d{2}${timeOfDayPattern}`,
  description: "RFC 3339 with offset",
});

/**
 * A moment that somebody else names. It comes back as a Timestamp in Beijing’s time, where the last hours of the year 9999 are
 * beyond what RFC 3339 can write, and so are the first of the year 1. Nobody means those; whole years leave room for every offset.
 */
export const Moment = Type.String({
  ...dateTime,
  pattern: momentPattern,
  description: "RFC 3339 with offset, of the years 2 to 2999",
});

export const Nullable = <Schema extends TSchema>(schema: Schema) => Type.Union([schema, Type.Null()]);

/** A closed set of words. */
export const OneOf = <const Values extends readonly string[]>(
  values: Values,
  notes: Readonly<{ description?: string }> = {},
) => Type.Unsafe<Values[number]>({ type: "string", enum: [...values], ...notes });

export const LocalizedText = Type.Object(
  { zh: Type.String(), en: Type.String() },
  { additionalProperties: false },
);

/** A page of a list: at most `limit` items, newest first unless the route says otherwise. */
export const Page = <Schema extends TSchema>(item: Schema) =>
  Type.Object({ items: Type.Array(item), hasMore: Type.Boolean() }, { additionalProperties: false });

export const PageQuery = {
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 10 })),
  after: Type.Optional(Type.String({ maxLength: 64, description: "Items older than this id" })),
  before: Type.Optional(Type.String({ maxLength: 64, description: "Items newer than this id" })),
};

/** RFC 9457 problem details, with the fields of this contract. */
export const Problem = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String(),
    instance: Type.String(),
    code: Type.String(),
    retry: Type.String(),
    traceId: Type.String(),
    errors: Type.Optional(
      Type.Array(
        Type.Object({ field: Type.String(), problem: Type.String() }, { additionalProperties: false }),
      ),
    ),
    diagnosisUrl: Type.Optional(Type.String()),
  },
  { additionalProperties: false },
);
