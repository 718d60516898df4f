// What an external broker asks before it lets a terminal in: the same gate as the embedded one, over HTTP.
import { BrokerAuthentication, BrokerAuthorization, BrokerVerdict } from "@huiyin/contract/api/terminals.ts";
import type { HttpApp } from "../../platform/http/typeProvider.ts";
import type { Gate } from "../../platform/mqtt/port.ts";

const tags = ["terminals"];
const config = { roles: ["operator"] } as const;

/** The shapes are those of EMQX’s HTTP authentication and authorization; others can be configured to send them. */
export function brokerRoutes(app: HttpApp, deps: Readonly<{ gate: Gate }>): void {
  const authenticationSchema = {
    tags,
    summary: "Asked by an external broker: may this client connect? A password is good for one question",
    body: BrokerAuthentication,
    response: { 200: BrokerVerdict },
  };
  app.post("/v1/broker/authentications", { schema: authenticationSchema, config }, async (request) => {
    const { clientid: clientId, username, password } = request.body;
    const decision = await deps.gate.authenticate({ clientId, username, password, remoteAddress: null });
    // “ignore” makes the broker refuse without remembering: the client may try the same again.
    return {
      result: decision.ok
        ? ("allow" as const)
        : decision.kind === "unavailable"
          ? ("ignore" as const)
          : ("deny" as const),
    };
  });

  const authorizationSchema = {
    tags,
    summary: "Asked by an external broker: may this client use this topic?",
    body: BrokerAuthorization,
    response: { 200: BrokerVerdict },
  };
  app.post("/v1/broker/authorizations", { schema: authorizationSchema, config }, async (request) => {
    const { clientid: clientId, topic, action } = request.body;
    const may = action === "publish" ? deps.gate.mayPublish : deps.gate.maySubscribe;
    return { result: may(clientId, topic) ? ("allow" as const) : ("deny" as const) };
  });
}
