// The gateway over HTTP: what a caller of Alipay reaches. Only the address differs from the real one.
import { readRequest } from "@huiyin/server/channels/alipay/codec.ts";
import type { HttpApp } from "@huiyin/server/platform/http/typeProvider.ts";
import { billPath } from "./bills.ts";
import { bytesOfAnswer } from "./gateway.ts";
import type { AlipayWorld } from "./world.ts";

export const gatewayPath = "/alipay/gateway.do";

/** An HTTP answer waits no longer than this for a fault’s sake: beyond it the server itself would end the request. */
const replyDelayMsMax = 25_000;

export type GatewayRouteDeps = Readonly<{ world: AlipayWorld; sleep: (ms: number) => Promise<void> }>;

/** Registers POST /alipay/gateway.do: query and form body are one, as Alipay takes them. */
export function gatewayRoutes(app: HttpApp, { world, sleep }: GatewayRouteDeps): void {
  const schema = { tags: ["alipay"], summary: "The simulated Alipay gateway" };
  app.post(gatewayPath, { schema, config: { roles: "public", body: "form" } }, async (request, reply) => {
    const query = request.url.split("?", 2)[1] ?? "";
    const reading = readRequest(query, request.rawBody.toString("utf8"));
    if (reading.kind === "malformed")
      return reply.code(400).type("text/plain;charset=utf-8").send(reading.problem);
    const outcome = await world.handleGateway(reading.parameters);
    await sleep(Math.min(outcome.afterMs, replyDelayMsMax));
    if (outcome.kind === "broken") {
      reply.hijack();
      request.raw.socket.destroy();
      return reply;
    }
    return reply
      .code(outcome.status)
      .header("content-type", outcome.contentType)
      .header("trace_id", request.id)
      .send(bytesOfAnswer(outcome));
  });
  const billSchema = { tags: ["alipay"], summary: "A bill at the address that the gateway gave out" };
  app.get(
    `${billPath}/:name`,
    { schema: billSchema, config: { roles: "public" } },
    async (request, reply) => {
      const archive = world.billArchive(request.url);
      if (archive === null) return reply.code(403).type("text/plain").send("");
      return reply.type("application/zip").send(Buffer.from(archive));
    },
  );
}
