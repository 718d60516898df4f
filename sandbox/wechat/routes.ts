// The gateway over HTTP: what a caller of WeChat Pay reaches below /wechat. Only the address differs from the real one.
import type { HttpApp } from "@huiyin/server/platform/http/typeProvider.ts";
import type { WechatWorld } from "./world.ts";

/** Both generations are below this: /wechat/pay/micropay, /wechat/v3/pay/transactions/native. */
export const gatewayPrefix = "/wechat";

/** An HTTP answer waits no longer than this for a fault’s sake: beyond it the server itself would end the request. */
const replyDelayMsMax = 25_000;

export type WechatRouteDeps = Readonly<{ world: WechatWorld; sleep: (ms: number) => Promise<void> }>;

/** Registers everything below /wechat: which call it is, the gateway itself reads. */
export function wechatRoutes(app: HttpApp, { world, sleep }: WechatRouteDeps): void {
  const schema = { tags: ["wechat"], summary: "The simulated WeChat Pay gateway, v2 and v3" };
  const method = ["GET", "POST"] as const;
  const config = { roles: "public", body: "raw" } as const;
  app.route({
    method: [...method],
    url: `${gatewayPrefix}/*`,
    schema,
    config,
    exposeHeadRoute: false,
    handler: async (request, reply) => {
      const headers = new Map<string, string>();
      for (const [name, value] of Object.entries(request.headers))
        if (typeof value === "string") headers.set(name, value);
      const origin = `${request.protocol}://${request.host}`;
      const asked = { method: request.method, origin, pathAndQuery: request.url, headers };
      const outcome = await world.handle({ ...asked, body: request.rawBody });
      await sleep(Math.min(outcome.afterMs, replyDelayMsMax));
      if (outcome.kind === "broken") {
        reply.hijack();
        request.raw.socket.destroy();
        return reply;
      }
      return reply.code(outcome.status).headers(outcome.headers).send(Buffer.from(outcome.body));
    },
  });
}
