// Sends one HTTP request to a channel: exactly once, no redirect, no retry, bounded in time and size.
import { limits } from "./limits.ts";

/** The same shapes as the channel port asks for; the platform knows no channel. */
export type OutgoingRequest = Readonly<{
  /** POST unless said otherwise. A GET carries no body. */
  method?: "GET" | "POST";
  url: string;
  headers: Readonly<Record<string, string>>;
  body: string;
  timeoutMs: number;
}>;
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

/**
 * Resolves with whatever status came, the body as bytes: signatures and hashes are over these.
 * Rejects with the error of `fetch`: TimeoutError, or a TypeError whose cause has the system's code. A redirect is an
 * error, because following it would send the request a second time.
 */
export async function sendOnce(request: OutgoingRequest): Promise<IncomingReply> {
  const stopping = new AbortController();
  const method = request.method ?? "POST";
  const response = await fetch(request.url, {
    method,
    headers: { "user-agent": "huiyin", ...request.headers },
    ...(method === "POST" && { body: request.body }),
    redirect: "error",
    // The time covers the body as well: a channel that stops in the middle has not answered.
    signal: AbortSignal.any([AbortSignal.timeout(request.timeoutMs), stopping.signal]),
  });
  const bytes = await readAtMost(response, limits.channelReplyBytesMax).catch((error: unknown) => {
    stopping.abort();
    throw error;
  });
  return { status: response.status, headers: Object.fromEntries(response.headers), body: bytes };
}

async function readAtMost(response: Response, bytesMax: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > bytesMax) throw new ReplyTooLargeError(`the reply exceeds ${bytesMax} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
