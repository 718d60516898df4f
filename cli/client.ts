// Speaks to the running platform over its own HTTP interface, with the operator key of this machine.
import { loadConfig } from "@huiyin/server/platform/config.ts";
import { readRunning, readTokens, type Running } from "@huiyin/server/platform/runtimeFile.ts";
import { CommandError } from "./problem.ts";

export type Client = Readonly<{
  running: Running;
  get<T>(path: string): Promise<T>;
  post<T>(path: string, body?: unknown): Promise<T>;
  put<T>(path: string, body: unknown): Promise<T>;
  /** The same, at the sandbox's control interface. */
  control<T>(method: "GET" | "POST" | "PUT" | "DELETE", path: string, body?: unknown): Promise<T>;
}>;

type Problem = Readonly<{
  code: string;
  title: string;
  detail: string;
  traceId: string;
  errors?: ReadonlyArray<Readonly<{ field: string; problem: string }>>;
}>;

/** Finds the platform that runs on the configured data directory. Throws CommandError where none does. */
export function connect(): Client {
  const config = loadConfig(process.env);
  const running = readRunning(config.dataDirectory);
  const tokens = readTokens(config.dataDirectory);
  if (!running || !tokens) {
    throw new CommandError(
      `没有找到正在运行的平台（数据目录 ${config.dataDirectory}）。请先运行 npm start。\n` +
        `No platform is running on ${config.dataDirectory}. Run npm start first.`,
    );
  }
  const { platform, sandbox } = running.urls;
  const call = async <T>(base: string | null, path: string, token: string | undefined, options: Options) => {
    if (base === null || token === undefined) {
      throw new CommandError(
        "这个平台没有启用所需的接口。\nThis platform does not offer the interface needed.",
      );
    }
    return request<T>(`${base}${path}`, token, options);
  };
  return {
    running,
    get: (path) => call(platform, `/v1${path}`, tokens["operator"], { method: "GET" }),
    post: (path, body = {}) => call(platform, `/v1${path}`, tokens["operator"], { method: "POST", body }),
    put: (path, body) => call(platform, `/v1${path}`, tokens["operator"], { method: "PUT", body }),
    control: (method, path, body) => call(sandbox, `/control${path}`, tokens["control"], { method, body }),
  };
}

type Options = Readonly<{ method: string; body?: unknown }>;

async function request<T>(url: string, token: string, { method, body }: Options): Promise<T> {
  const response = await fetch(url, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      "accept-language": process.env["LANG"]?.startsWith("en") ? "en" : "zh-CN",
      ...(body !== undefined && { "content-type": "application/json" }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(30_000),
  }).catch((error: unknown) => {
    throw new CommandError(`连不上 ${url}：${String(error)}\n${url} cannot be reached.`);
  });
  const text = await response.text();
  if (!response.ok) throw new CommandError(problemText(text, response.status));
  return (text === "" ? undefined : JSON.parse(text)) as T;
}

function problemText(text: string, status: number): string {
  try {
    const problem = JSON.parse(text) as Problem;
    const fields = (problem.errors ?? []).map(({ field, problem: what }) => `\n  ${field}：${what}`).join("");
    return `${problem.title}（${problem.code}）\n${problem.detail}${fields}\ntraceId ${problem.traceId}`;
  } catch {
    return `HTTP ${status}: ${text.slice(0, 200)}`;
  }
}
