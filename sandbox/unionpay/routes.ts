// The gateway over HTTP: what a caller of UnionPay reaches below /unionpay. Only the address differs from the real one.
import type { HttpApp } from "@huiyin/server/platform/http/typeProvider.ts";
import type { UnionpayWorld } from "./world.ts";

/** What merchants are configured with, after the sandbox’s own address: file names follow, as at UnionPay. */
export const gatewayPrefix = "/unionpay/gateway/api";

/** An HTTP answer waits no longer than this for a fault’s sake: beyond it the server itself would end the request. */
const replyDelayMsMax = 25_000;

export type UnionpayRouteDeps = Readonly<{ world: UnionpayWorld; sleep: (ms: number) => Promise<void> }>;

/** Registers everything below the gateway’s address: which call it is, the gateway itself reads. */
export function unionpayRoutes(app: HttpApp, { world, sleep }: UnionpayRouteDeps): void {
  app.route({
    method: "POST",
    url: `${gatewayPrefix}/*`,
    schema: { tags: ["unionpay"], summary: "The simulated UnionPay gateway (ACP 5.1.0)" },
    config: { roles: "public", body: "raw" },
    handler: async (request, reply) => {
      const path = request.url.split("?", 1)[0] ?? "";
      const outcome = await world.handle({ path, body: request.rawBody });
      await sleep(Math.min(outcome.afterMs, replyDelayMsMax));
      if (outcome.kind === "broken") {
        reply.hijack();
        request.raw.socket.destroy();
        return reply;
      }
      return reply
        .code(outcome.status)
        .header("content-type", outcome.contentType)
        .send(Buffer.from(outcome.body));
    },
  });
}
