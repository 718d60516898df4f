// Turns a refusal into problem details (RFC 9457) in the language of the caller.
import type { DeclaredError } from "@huiyin/contract/errors/types.ts";
import type { Locale } from "@huiyin/contract/words.ts";
import type { Refusal } from "../../kernel/result.ts";
import { limits } from "../limits.ts";

/** The table of declared errors. */
export type ErrorTable = Readonly<Record<string, DeclaredError>>;

/** The body of every answer that is not a success. */
export type ProblemDocument = Readonly<{
  type: string;
  title: string;
  status: number;
  detail: string;
  instance: string;
  code: string;
  retry: string;
  traceId: string;
  errors?: ReadonlyArray<Readonly<{ field: string; problem: string }>>;
  diagnosisUrl?: string;
}>;

export const problemContentType = "application/problem+json; charset=utf-8";

/** Where the document page explains a code. */
export function problemType(code: string): string {
  return `/docs#${code}`;
}

/**
 * The problem document of a refusal. `facts` fill the placeholders of the declared texts: {what} takes `whatZh` or
 * `whatEn` where the fact has a wording per language, else `what`. A fact named `diagnosisUrl` becomes the link.
 */
export function problemOf(
  table: ErrorTable,
  refusal: Refusal,
  request: Readonly<{ locale: Locale; path: string; traceId: string }>,
): ProblemDocument {
  // The table is the type of every code, so this is only for what another version may have stored.
  const declared = table[refusal.code] ?? table["internal_error"];
  if (declared === undefined) throw new Error(`undeclared error ${refusal.code}`);
  const { diagnosisUrl } = refusal.facts;
  return {
    type: problemType(refusal.code),
    title: fill(declared.title, refusal.facts, request.locale),
    status: declared.status,
    detail: fill(declared.next, refusal.facts, request.locale),
    instance: request.path,
    code: refusal.code,
    retry: declared.retry,
    traceId: request.traceId,
    ...(refusal.errors &&
      refusal.errors.length > 0 && { errors: refusal.errors.map((one) => told(one, request.locale)) }),
    ...(typeof diagnosisUrl === "string" && { diagnosisUrl }),
  };
}

function told(
  { field, problem }: NonNullable<Refusal["errors"]>[number],
  locale: Locale,
): Readonly<{ field: string; problem: string }> {
  return { field, problem: typeof problem === "string" ? problem : problem[locale] };
}

/** Seconds for Retry-After: the fact `retryAfterSeconds`, else a default where the advice is to come later, else null. */
export function retryAfterOf(problem: ProblemDocument, refusal: Refusal): number | null {
  const { retryAfterSeconds } = refusal.facts;
  if (typeof retryAfterSeconds === "number") return Math.max(1, Math.ceil(retryAfterSeconds));
  return problem.retry === "later" ? limits.retryAfterSecondsDefault : null;
}

function fill(text: DeclaredError["title"], facts: Refusal["facts"], locale: Locale): string {
  const suffix = locale === "zh" ? "Zh" : "En";
  const known = new Map(Object.entries(facts));
  return text[locale].replace(/\{(\w+)\}/g, (_, name: string) =>
    String(known.get(name + suffix) ?? known.get(name) ?? "…"),
  );
}
