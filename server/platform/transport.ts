// Sends one HTTP request to a channel: exactly once, no redirect, no retry, bounded in time and size.
import { request as httpsRequest } from "node:https";
import type { IncomingMessage } from "node:http";
import { limits } from "./limits.ts";

/** The same shapes as the channel port asks for; the platform knows no channel. */
export type OutgoingRequest = Readonly<{
  /** POST unless said otherwise. A GET carries no body. */
  method?: "GET" | "POST";
  url: string;
  headers: Readonly<Record<string, string>>;
  body: string;
  timeoutMs: number;
  /** How long the reply may be; absent means what is usual. */
  replyBytesMax?: number;
  /** What we show of ourselves while the connection is made. */
  clientCertificate?: ClientCertificate;
}>;

export type ClientCertificate = Readonly<{ certificatePem: string; privateKeyPem: string }>;

/** Header names are lower case; the body is as it came. */
export type IncomingReply = Readonly<{
  status: number;
  headers: Readonly<Record<string, string>>;
  body: Uint8Array;
}>;

/** The reply was longer than any channel’s; what had come of it is thrown away. */
export class ReplyTooLargeError extends Error {
  override readonly name = "ReplyTooLargeError";
}

/** The machine itself, where no stranger listens: only here may a request that shows a certificate go without TLS. */
const loopbackHosts: ReadonlySet<string> = new Set(["localhost", "127.0.0.1", "[::1]"]);

/**
 * Resolves with whatever status came, the body as bytes: signatures and hashes are over these.
 * Rejects with the error of `fetch`: TimeoutError, or a TypeError whose cause has the system's code. A redirect is an
 * error, because following it would send the request a second time. A certificate is shown over TLS only; on this very
 * machine, where a simulated channel has no TLS, it stays unshown.
 */
export async function sendOnce(request: OutgoingRequest): Promise<IncomingReply> {
  const { clientCertificate } = request;
  const { protocol, hostname } = new URL(request.url);
  if (clientCertificate === undefined || (protocol === "http:" && loopbackHosts.has(hostname)))
    return sendByFetch(request);
  if (protocol !== "https:") throw new TypeError("a client certificate is shown over TLS only");
  return sendShowing(clientCertificate, request);
}

async function sendByFetch(request: OutgoingRequest): Promise<IncomingReply> {
  const stopping = new AbortController();
  const method = request.method ?? "POST";
  const response = await fetch(request.url, {
    method,
    headers: headersOf(request),
    ...(method === "POST" && { body: request.body }),
    redirect: "error",
    // The time covers the body as well: a channel that stops in the middle has not answered.
    signal: AbortSignal.any([AbortSignal.timeout(request.timeoutMs), stopping.signal]),
  });
  const bytes = await readAtMost(response.body ?? [], bytesMaxOf(request)).catch((error: unknown) => {
    stopping.abort();
    throw error;
  });
  return { status: response.status, headers: Object.fromEntries(response.headers), body: bytes };
}

/** A connection of its own for each request: what is shown on it belongs to one merchant. */
async function sendShowing(
  { certificatePem, privateKeyPem }: ClientCertificate,
  request: OutgoingRequest,
): Promise<IncomingReply> {
  const method = request.method ?? "POST";
  const body = method === "POST" ? Buffer.from(request.body, "utf8") : null;
  const signal = AbortSignal.timeout(request.timeoutMs);
  try {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const sending = httpsRequest(request.url, {
        method,
        agent: false,
        cert: certificatePem,
        key: privateKeyPem,
        headers: { ...headersOf(request), ...(body !== null && { "content-length": body.length }) },
        signal,
      });
      sending.once("response", resolve).once("error", reject);
      // A wish for another protocol is no response to Node: unheard, it would leave the request without an end.
      sending.once("upgrade", (_response, socket) => {
        socket.destroy();
        reject(new TypeError("the channel asked for another protocol"));
      });
      sending.end(body);
    });
    return await replyOf(response, bytesMaxOf(request));
  } catch (error) {
    // What `fetch` would say: the lapse of time by its own name, everything else as the cause of a failure.
    if (signal.aborted) throw signal.reason;
    if (error instanceof ReplyTooLargeError || error instanceof TypeError) throw error;
    throw new TypeError("the request failed", { cause: error });
  }
}

async function replyOf(response: IncomingMessage, bytesMax: number): Promise<IncomingReply> {
  const status = response.statusCode ?? 0;
  try {
    if (status >= 300 && status < 400 && response.headers.location !== undefined)
      throw new TypeError("a redirect is not followed");
    const body = await readAtMost(response as AsyncIterable<Uint8Array>, bytesMax);
    const headers = Object.entries(response.headers).map(([name, value]) => [
      name,
      [value].flat().join(", "),
    ]);
    return { status, headers: Object.fromEntries(headers) as Record<string, string>, body };
  } finally {
    response.destroy();
  }
}

function headersOf(request: OutgoingRequest): Record<string, string> {
  return { "user-agent": "huiyin", ...request.headers };
}

function bytesMaxOf(request: OutgoingRequest): number {
  return request.replyBytesMax ?? limits.channelReplyBytesMax;
}

async function readAtMost(
  body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  bytesMax: number,
): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.byteLength;
    if (bytes > bytesMax) throw new ReplyTooLargeError(`the reply exceeds ${bytesMax} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
