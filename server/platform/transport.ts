// Sends one HTTP request to a channel: exactly once, no redirect, no retry, bounded in time and size.
import { request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest, type RequestOptions } from "node:https";
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
 * Rejects with a TimeoutError where the time is over, with a ReplyTooLargeError, and with a TypeError for everything
 * else, its cause what the system said. A redirect is an error, because following it would send the request a second
 * time. A certificate is shown over TLS only; on this very machine, where a simulated channel has no TLS, it stays
 * unshown.
 *
 * Node’s own client, not `fetch`: half the processor time, and it shows certificates.
 */
export async function sendOnce(request: OutgoingRequest): Promise<IncomingReply> {
  // The time covers the body as well: a channel that stops in the middle has not answered.
  const signal = AbortSignal.timeout(request.timeoutMs);
  try {
    return await replyOf(await responseTo(request, signal), bytesMaxOf(request));
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    if (error instanceof ReplyTooLargeError || error instanceof TypeError) throw error;
    throw new TypeError("the request failed", { cause: error });
  }
}

function responseTo(request: OutgoingRequest, signal: AbortSignal): Promise<IncomingMessage> {
  const url = new URL(request.url);
  const { method = "POST", clientCertificate } = request;
  const options = { method, headers: headersOf(request), signal, ...shown(clientCertificate, url) };
  const open = url.protocol === "https:" ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const sending = open(url, options);
    sending.once("response", resolve).once("error", reject);
    // A wish for another protocol is no response to Node: unheard, it would leave the request without an end.
    sending.once("upgrade", (_response, socket) => {
      socket.destroy();
      reject(new TypeError("the channel asked for another protocol"));
    });
    sending.end(method === "POST" ? request.body : undefined);
  });
}

/** A connection of its own for each request that shows something: what is shown on it belongs to one merchant. */
function shown(certificate: ClientCertificate | undefined, { protocol, hostname }: URL): RequestOptions {
  if (certificate === undefined || (protocol === "http:" && loopbackHosts.has(hostname))) return {};
  if (protocol !== "https:") throw new TypeError("a client certificate is shown over TLS only");
  return { agent: false, cert: certificate.certificatePem, key: certificate.privateKeyPem };
}

async function replyOf(response: IncomingMessage, bytesMax: number): Promise<IncomingReply> {
  const status = response.statusCode ?? 0;
  try {
    if (status >= 300 && status < 400 && response.headers.location !== undefined)
      throw new TypeError("a redirect is not followed");
    const coding = response.headers["content-encoding"] ?? "identity";
    if (coding !== "identity")
      throw new TypeError(`the reply is encoded as ${coding}, which was not asked for`);
    const body = await readAtMost(response as AsyncIterable<Uint8Array>, bytesMax);
    const headers = Object.entries(response.headers).map(([name, value]) => [
      name,
      [value].flat().join(", "),
    ]);
    return { status, headers: Object.fromEntries(headers) as Record<string, string>, body };
  } finally {
    // What has come whole leaves its connection to the next request.
    response.destroy();
  }
}

/** Bytes as they are: what somebody packed on the way would be unread, and its signature wrong. */
function headersOf(request: OutgoingRequest): Record<string, string> {
  return { "user-agent": "huiyin", accept: "*/*", "accept-encoding": "identity", ...request.headers };
}

function bytesMaxOf(request: OutgoingRequest): number {
  return request.replyBytesMax ?? limits.channelReplyBytesMax;
}

async function readAtMost(body: AsyncIterable<Uint8Array>, bytesMax: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.byteLength;
    if (bytes > bytesMax) throw new ReplyTooLargeError(`the reply exceeds ${bytesMax} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
