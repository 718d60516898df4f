// The console's door to the platform: typed reads and writes, refusals as values that a page can show.
import type { Locale } from "@huiyin/contract/words.ts";

/** A refusal of the platform, as RFC 9457 problem details. */
export type Problem = Readonly<{
  code: string;
  title: string;
  detail: string;
  status: number;
  traceId: string;
  errors?: ReadonlyArray<Readonly<{ field: string; problem: string }>>;
}>;

export class ProblemError extends Error {
  override readonly name = "ProblemError";
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.title);
    this.problem = problem;
  }
}

let locale: Locale = "zh";

/** Sets the language in which the platform answers. */
export function setApiLocale(next: Locale): void {
  locale = next;
}

const unreachablePlatform: Record<Locale, Problem> = {
  zh: {
    code: "network",
    title: "连不上平台",
    detail: "请检查网络，或确认平台正在运行；页面会继续重试。",
    status: 0,
    traceId: "",
  },
  en: {
    code: "network",
    title: "The platform cannot be reached",
    detail: "Check the network, or that the platform is running; this page keeps trying.",
    status: 0,
    traceId: "",
  },
};

type Sending = Readonly<{ body?: unknown; idempotencyKey?: string }>;

async function call<T>(method: string, path: string, { body, idempotencyKey }: Sending = {}): Promise<T> {
  const headers: Record<string, string> = { "accept-language": locale === "zh" ? "zh-CN" : "en" };
  if (idempotencyKey !== undefined) headers["idempotency-key"] = idempotencyKey;
  if (body !== undefined) headers["content-type"] = "application/json";
  let response: Response;
  try {
    response = await fetch(`/v1${path}`, {
      method,
      headers,
      credentials: "same-origin",
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  } catch {
    throw new ProblemError(unreachablePlatform[locale]);
  }
  if (response.status === 204) return undefined as T;
  const text = await response.text();
  const type = response.headers.get("content-type") ?? "";
  if (!type.includes("json"))
    throw new ProblemError({ ...unreachablePlatform[locale], status: response.status });
  const answer: unknown = JSON.parse(text);
  if (!response.ok) throw new ProblemError(answer as Problem);
  return answer as T;
}

/** Reads a resource. Undefined and empty parameters are left out of the query. */
export function get<T>(
  path: string,
  query: Readonly<Record<string, string | number | undefined>> = {},
): Promise<T> {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== "") parameters.set(name, String(value));
  }
  const suffix = parameters.size > 0 ? `?${parameters.toString()}` : "";
  return call<T>("GET", `${path}${suffix}`);
}

/** Sends a command. With an idempotency key, sending it again has no second effect. */
export function post<T>(path: string, body: unknown = {}, idempotencyKey?: string): Promise<T> {
  return call<T>("POST", path, { body, ...(idempotencyKey !== undefined && { idempotencyKey }) });
}

/** Replaces a setting. */
export function put<T>(path: string, body: unknown): Promise<T> {
  return call<T>("PUT", path, { body });
}

/** Changes a part of something. */
export function patch<T>(path: string, body: unknown): Promise<T> {
  return call<T>("PATCH", path, { body });
}

/** Ends something. */
export function remove(path: string): Promise<void> {
  return call<void>("DELETE", path);
}

/** A fresh idempotency key. Works without a secure context, where randomUUID is missing. */
export function freshKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return `console-${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}
