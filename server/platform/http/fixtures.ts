// A listening application with what tests need around it.
import { Writable } from "node:stream";
import pino from "pino";
import { createMetrics } from "../metrics.ts";
import type { Principal } from "../principal.ts";
import { createHttp, type Http, type HttpDeps } from "./app.ts";
import type { Authenticator } from "./authentication.ts";
import type { HttpApp } from "./typeProvider.ts";

export type TestHttp = AsyncDisposable &
  Readonly<{ http: Http; url: string; logLines: Record<string, unknown>[] }>;

export const operator: Principal = { role: "operator", credentialId: "key_019a0000000070008000000000000001" };
export const merchant: Principal = {
  role: "merchant",
  merchantId: "mer_019a0000000070008000000000000001",
  credentialId: "key_019a0000000070008000000000000002",
};

/** `Authorization: test operator|merchant|broken`, for tests of the edge itself. */
export const testAuthenticator: Authenticator = async ({ headers }) => {
  if (headers.authorization === "test operator") return operator;
  if (headers.authorization === "test merchant") return merchant;
  if (headers.authorization === "test broken") return { code: "not_signed_in", facts: {} };
  return null;
};

/** Starts on a free port with the routes given. */
export async function testHttp(
  routes: (app: HttpApp) => void,
  overrides: Partial<HttpDeps> = {},
): Promise<TestHttp> {
  const logLines: Record<string, unknown>[] = [];
  const sink = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      for (const line of chunk.toString().trim().split("\n"))
        logLines.push(JSON.parse(line) as Record<string, unknown>);
      done();
    },
  });
  const http = await createHttp({
    log: pino({ level: "debug" }, sink),
    metrics: createMetrics(),
    authenticators: [testAuthenticator],
    version: "0.0.0",
    pages: [],
    trustedProxies: [],
    ...overrides,
  });
  routes(http.app);
  const url = await http.listen({ host: "127.0.0.1", port: 0 });
  return { http, url, logLines, [Symbol.asyncDispose]: () => http.drain() };
}

export type Answer = Readonly<{ status: number; headers: Headers; json: Record<string, unknown> }>;

/** Sends one request and reads the JSON that every answer of the API is; an empty answer counts as {}. */
export async function askJson(url: string, path: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(url + path, { redirect: "manual", ...init });
  const text = await response.text();
  const json = (text === "" ? {} : JSON.parse(text)) as Record<string, unknown>;
  return { status: response.status, headers: response.headers, json };
}
