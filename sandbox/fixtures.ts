// For tests only: a sandbox on a free port with a clock that can be moved, a merchant and ways to talk to both.
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pino from "pino";
import { createClock, type Clock } from "@huiyin/server/platform/clock.ts";
import { startSandbox, type MerchantCredentials, type Sandbox } from "./start.ts";

export const controlToken = "test-control-token";

export type TestSandbox = AsyncDisposable &
  Readonly<{
    sandbox: Sandbox;
    clock: Clock;
    dataDirectory: string;
    merchant: MerchantCredentials;
    /** A control call with the token; the parsed answer. */
    control(method: string, path: string, body?: unknown): Promise<{ status: number; body: any }>; // eslint-disable-line @typescript-eslint/no-explicit-any
  }>;

/** Starts a sandbox with one merchant on a data directory of its own, or on the one an earlier run left. */
export async function testSandbox(options: { dataDirectory?: string } = {}): Promise<TestSandbox> {
  const dataDirectory = options.dataDirectory ?? mkdtempSync(join(tmpdir(), "huiyin-sandbox-"));
  const clock = createClock();
  const log = pino({ level: "silent" });
  const sandbox = await startSandbox({ host: "127.0.0.1", port: 0, clock, dataDirectory, controlToken, log });
  const merchant = await sandbox.ensureMerchant({ name: "回音咖啡" });
  return {
    sandbox,
    clock,
    dataDirectory,
    merchant,
    control: async (method, path, body) => {
      const answer = await fetch(sandbox.url + path, {
        method,
        headers: {
          authorization: `Bearer ${controlToken}`,
          ...(body === undefined ? {} : { "content-type": "application/json" }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return { status: answer.status, body: await answer.json() };
    },
    [Symbol.asyncDispose]: async () => {
      await sandbox.stop();
      if (options.dataDirectory === undefined) rmSync(dataDirectory, { recursive: true, force: true });
    },
  };
}

export type CallbackSite = AsyncDisposable & Readonly<{ url: string; received: URLSearchParams[] }>;

/** A merchant’s callback address that keeps what comes and answers what it is told to. */
export async function callbackSite(answer: () => string): Promise<CallbackSite> {
  const received: URLSearchParams[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      received.push(new URLSearchParams(body));
      response.end(answer());
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/callback`,
    received,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
