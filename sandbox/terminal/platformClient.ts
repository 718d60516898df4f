// A terminal's requests to the platform: each signed with the device key, and never sent twice with one nonce.
import { signRequest, type DeviceKey } from "@huiyin/contract/signature.ts";
import { signatureMoment } from "./device.ts";

export type Answer = Readonly<{ status: number; body: unknown }>;

export type PlatformClient = Readonly<{
  /** Sends one signed request. Throws where the platform cannot be reached. */
  request(
    method: string,
    url: string,
    content?: Readonly<{ body: unknown; idempotencyKey: string | null }>,
  ): Promise<Answer>;
}>;

const replyMsMax = 30_000;

export function createPlatformClient(
  deps: Readonly<{ platformUrl: string; now: () => Date; key: DeviceKey }>,
): PlatformClient {
  return {
    async request(method, url, content) {
      const body = content === undefined ? null : new TextEncoder().encode(JSON.stringify(content.body));
      const idempotencyKey = content?.idempotencyKey ?? null;
      const signature = await signRequest(
        deps.key,
        { method, url, body, idempotencyKey },
        signatureMoment(deps.now()),
      );
      const headers = {
        ...signature,
        ...(body !== null && { "content-type": "application/json" }),
        ...(idempotencyKey !== null && { "idempotency-key": idempotencyKey }),
      };
      return send(`${deps.platformUrl}${url}`, { method, headers, ...(body !== null && { body }) });
    },
  };
}

/** Activation is the one request that is not signed: the code is the proof. */
export async function activate(
  deps: Readonly<{ platformUrl: string }>,
  request: Readonly<{ activationCode: string; publicKey: string; model: string; appVersion: string }>,
): Promise<Answer> {
  const headers = { "content-type": "application/json" };
  return send(`${deps.platformUrl}/v1/terminals/activate`, {
    method: "POST",
    headers,
    body: JSON.stringify(request),
  });
}

async function send(url: string, init: RequestInit): Promise<Answer> {
  const reply = await fetch(url, { ...init, redirect: "error", signal: AbortSignal.timeout(replyMsMax) });
  const text = await reply.text();
  return { status: reply.status, body: text === "" ? null : JSON.parse(text) };
}
