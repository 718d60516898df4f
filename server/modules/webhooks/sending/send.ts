// Sends one message once: the name is resolved once, every address of it is judged, and the connection goes to that very
// address. Nothing is followed, nothing is repeated, little is read.
import { lookup } from "node:dns/promises";
import { request as requestHttp, type ClientRequest, type IncomingMessage } from "node:http";
import { request as requestHttps } from "node:https";
import { isIP, type LookupFunction } from "node:net";
import type { WebhookProblem } from "@huiyin/contract/api/webhooks.ts";
import type { AttemptResult } from "../model.ts";
import { isPublicAddress } from "./addresses.ts";
import { excerptOf } from "./excerpt.ts";
import { publicAddressesOf, type Address } from "./names.ts";
import { readTarget, type AllowedHosts, type Target } from "./target.ts";

export type SendDeps = Readonly<{
  allowedHosts: AllowedHosts;
  attemptMsMax: number;
  answerBytesMax: number;
  /** All addresses of a name; where absent the name servers are asked, and for hosts that are exempt the system. */
  resolve?: (host: string) => Promise<readonly Address[]>;
  /** Certificates that are trusted instead of those of the system: a test’s own. */
  certificateAuthorities?: string;
}>;

export type Message = Readonly<{ url: string; headers: Readonly<Record<string, string>>; body: string }>;

/** What came of one attempt; never rejects. Delivered is a status from 200 to 299, whatever the body says. */
export async function sendMessage(deps: SendDeps, message: Message): Promise<AttemptResult> {
  const target = readTarget(message.url, deps.allowedHosts);
  // The rules may have become stricter since the endpoint was made.
  if (typeof target === "string") return failed("addressRefused");
  const signal = AbortSignal.timeout(deps.attemptMsMax);
  try {
    const addresses = await resolveWithin(deps, target, signal);
    const [address] = addresses;
    if (address === undefined) return failed("nameNotFound");
    // One private address among public ones is a name that somebody is trying things with.
    if (target.allowed === "no" && !addresses.every((one) => isPublicAddress(one.address)))
      return failed("addressRefused");
    return await exchange(deps, { ...message, address, target: target.url, signal });
  } catch (error) {
    return failed(problemOf(error, signal));
  }
}

async function resolveWithin(
  deps: SendDeps,
  { host, allowed }: Target,
  signal: AbortSignal,
): Promise<readonly Address[]> {
  const family = isIP(host);
  if (family !== 0) return [{ address: host, family }];
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
  });
  const resolve = deps.resolve ?? (allowed === "yes" ? systemAddressesOf : publicAddressesOf);
  return Promise.race([resolve(host), aborted]);
}

/** As the system knows a name, its own files included: a demo’s receiver may be no more than a name in these. */
function systemAddressesOf(host: string): Promise<readonly Address[]> {
  return lookup(host, { all: true, verbatim: true });
}

type Exchange = Message & Readonly<{ address: Address; target: URL; signal: AbortSignal }>;

function exchange(deps: SendDeps, sent: Exchange): Promise<AttemptResult> {
  const { target, address, signal, body } = sent;
  const send = target.protocol === "https:" ? requestHttps : requestHttp;
  // The name was resolved and judged; asking again could give another answer.
  const pinned: LookupFunction = (_host, options, done) => {
    if (options.all === true) done(null, [{ ...address }]);
    else done(null, address.address, address.family);
  };
  return new Promise((resolve, reject) => {
    const request: ClientRequest = send(target, {
      method: "POST",
      headers: { ...sent.headers, "content-length": Buffer.byteLength(body) },
      lookup: pinned,
      signal,
      agent: false,
      ...(deps.certificateAuthorities !== undefined && { ca: deps.certificateAuthorities }),
    });
    let answered: "yes" | "no" = "no";
    request.on("error", (error) => {
      if (answered === "no") reject(error);
    });
    // A wish for another protocol is no response to Node: unheard, it would leave the attempt without an end.
    request.on("upgrade", (response, socket) => {
      answered = "yes";
      socket.destroy();
      resolve(resultOf(response.statusCode ?? 0, Buffer.alloc(0)));
    });
    request.on("response", (response) => {
      answered = "yes";
      void readStart(response, deps.answerBytesMax).then((start) => {
        // What follows the start is nobody’s interest.
        request.destroy();
        resolve(resultOf(response.statusCode ?? 0, start));
      });
    });
    request.end(body);
  });
}

/** What came of the start of a body, also where the rest never came: the status has said everything that counts. */
async function readStart(response: IncomingMessage, bytesMax: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes >= bytesMax) break;
    }
  } catch {
    // Broken off, or out of time.
  }
  return Buffer.concat(chunks).subarray(0, bytesMax);
}

function resultOf(status: number, start: Buffer): AttemptResult {
  return { status, problem: problemOfStatus(status), answer: excerptOf(start) };
}

function problemOfStatus(status: number): WebhookProblem | null {
  if (status >= 200 && status < 300) return null;
  if (status >= 300 && status < 400) return "redirected";
  return status === 410 ? "gone" : "answered";
}

function failed(problem: WebhookProblem): AttemptResult {
  return { status: null, problem, answer: null };
}

const certificateCodes = /^(CERT_|ERR_TLS|UNABLE_TO_|DEPTH_ZERO|SELF_SIGNED|HOSTNAME_MISMATCH|EPROTO)/;

function problemOf(error: unknown, signal: AbortSignal): WebhookProblem {
  if (signal.aborted) return "timedOut";
  const code = String((error as { code?: unknown }).code ?? "");
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return "nameNotFound";
  return certificateCodes.test(code) ? "certificateRefused" : "unreachable";
}
