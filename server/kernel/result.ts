// Expected failures are values: a Result carries either what was asked for or a declared refusal.
import type { ErrorCode } from "@huiyin/contract/errors/index.ts";
import type { Localized } from "@huiyin/contract/words.ts";

/** An expected "no": a code from the declared table, with the facts that make its text concrete. */
export type Refusal = Readonly<{
  code: ErrorCode;
  facts: Readonly<Record<string, string | number>>;
  /** One entry per offending field, where there are any: in both languages, unless that of the caller is known already. */
  errors?: ReadonlyArray<Readonly<{ field: string; problem: string | Localized }>>;
}>;

export type Result<T> = Readonly<{ ok: true; value: T }> | Readonly<{ ok: false; refusal: Refusal }>;

/** Wraps a value. */
export function success<T>(value: T): Result<T> {
  return { ok: true, value };
}

/** Wraps a refusal. */
export function refuse(code: ErrorCode, facts: Refusal["facts"] = {}): Result<never> {
  return { ok: false, refusal: { code, facts } };
}

/** Carries a refusal through code that has no result to return (routes); the HTTP edge turns it into problem JSON. */
export class RefusalError extends Error {
  override readonly name = "RefusalError";
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.code);
    this.refusal = refusal;
  }
}

/** The value, or the refusal thrown for the HTTP edge to answer. */
export function unwrap<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw new RefusalError(result.refusal);
}
