// An MQTT broker of somebody else, a process of its own that may be killed: it asks the platform who may do what, and
// remembers nothing. From the environment: BROKER_PORT (0 for any), PLATFORM_URL and OPERATOR_KEY. Prints its port.
import { createServer, type AddressInfo } from "node:net";
import { Aedes } from "aedes";
import { platformAccount } from "../broker.ts";

const own = new WeakSet<object>();
const platformUrl = process.env["PLATFORM_URL"] ?? "";

async function ask(path: string, body: Readonly<Record<string, string>>): Promise<boolean> {
  const authorization = `Bearer ${process.env["OPERATOR_KEY"] ?? ""}`;
  const headers = { authorization, "content-type": "application/json" };
  const options = { method: "POST", headers, body: JSON.stringify(body) };
  // A broker that cannot ask lets nobody in.
  const reply = await fetch(`${platformUrl}${path}`, options).catch(() => null);
  return reply !== null && reply.ok && ((await reply.json()) as { result: string }).result === "allow";
}

function may(client: { id: string } | null, topic: string, action: string): Promise<boolean> {
  if (client === null || own.has(client)) return Promise.resolve(true);
  return ask("/v1/broker/authorizations", { clientid: client.id, topic, action });
}

const aedes = await Aedes.createBroker({
  maxClientsIdLength: 64,
  authenticate: (client, username, password, done) => {
    if (username === platformAccount.user && String(password) === platformAccount.password) {
      own.add(client);
      return done(null, true);
    }
    const given = { clientid: client.id, username: username ?? "", password: String(password) };
    return void ask("/v1/broker/authentications", given).then((allowed) => done(null, allowed));
  },
  authorizePublish: (client, { topic }, done) =>
    void may(client, topic, "publish").then((allowed) => done(allowed ? null : new Error("not authorised"))),
  authorizeSubscribe: (client, subscription, done) =>
    void may(client, subscription.topic, "subscribe").then((allowed) =>
      done(null, allowed ? subscription : null),
    ),
});
const server = createServer(aedes.handle);
server.listen(Number(process.env["BROKER_PORT"] ?? "0"), "127.0.0.1", () => {
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`);
});
