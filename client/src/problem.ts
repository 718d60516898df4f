// What may go wrong, as values: a caller looks at `kind` and `code`, never at the text of a message.
import type { ErrorCode } from "./generated/operations.ts";

/** The platform answered and said no. Later releases may declare codes that this one does not know. */
export type Refused = Readonly<{
  kind: "refused";
  code: ErrorCode | (string & {});
  status: number;
  /** In the language of the client. */
  title: string;
  detail: string;
  /** What may be done: "never", "later", "sameRequest", "afterFix", "newPayerCode", "queryFirst". */
  retry: string;
  traceId: string;
  errors: ReadonlyArray<Readonly<{ field: string; problem: string }>>;
  diagnosisUrl: string | null;
}>;

/**
 * Nobody knows whether it happened: no answer came, or none that the platform gives. With a key the same call again has
 * one effect; `idempotencyKey` is the one that was used.
 */
export type Unanswered = Readonly<{
  kind: "unanswered";
  reason: "network" | "timeout" | "strangeAnswer";
  status: number | null;
  message: string;
  idempotencyKey: string | null;
}>;

export type Problem = Refused | Unanswered;

export type Result<T> =
  Readonly<{ ok: true; value: T; status: number }> | Readonly<{ ok: false; problem: Problem }>;

/** A problem as an exception, for whoever prefers to catch. */
export class HuiyinError extends Error {
  override readonly name = "HuiyinError";
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.kind === "refused" ? `${problem.code}: ${problem.title}` : problem.message);
    this.problem = problem;
  }
}

/** The value, or the problem thrown. */
export function orThrow<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw new HuiyinError(result.problem);
}

/** Reads problem details (RFC 9457); null where the answer is something else, from a proxy for example. */
export function refusalOf(status: number, body: unknown): Refused | null {
  if (typeof body !== "object" || body === null) return null;
  const given = body as Readonly<Record<string, unknown>>;
  const { code, title } = given;
  if (typeof code !== "string" || typeof title !== "string") return null;
  const text = (value: unknown): string => (typeof value === "string" ? value : "");
  return {
    ...{ kind: "refused", code, status, title },
    ...{ detail: text(given["detail"]), retry: text(given["retry"]), traceId: text(given["traceId"]) },
    errors: Array.isArray(given["errors"]) ? (given["errors"] as Refused["errors"]) : [],
    diagnosisUrl: typeof given["diagnosisUrl"] === "string" ? given["diagnosisUrl"] : null,
  };
}
