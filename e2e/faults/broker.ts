// The external broker as its operator runs it: killed, and started again on the same port.
import { fileURLToPath } from "node:url";
import { run, type Command } from "../support/process.ts";
import type { Server } from "./server.ts";

/** The account by which the platform itself comes in. */
export const platformAccount = { user: "platform", password: "secret" } as const;

export type ExternalBroker = Readonly<{
  port: number;
  /** What the platform is told. */
  environment: Readonly<Record<string, string>>;
  /** kill -9, and a new one in its place, which asks this platform. */
  restart(platform: Pick<Server, "url" | "operatorKey">): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}>;

const program = fileURLToPath(new URL("world/broker.ts", import.meta.url));

/** Starts one that lets nobody but the platform in, until it is restarted with a platform to ask. */
export async function startBroker(): Promise<ExternalBroker> {
  let command = await start({});
  const port = Number(command.stdout());
  const { user, password } = platformAccount;
  return {
    port,
    environment: { MQTT_URL: `mqtt://${user}:${password}@127.0.0.1:${port}` },
    restart: async ({ url, operatorKey }) => {
      process.kill(command.pid, "SIGKILL");
      await command.exit;
      command = await start({ BROKER_PORT: String(port), PLATFORM_URL: url, OPERATOR_KEY: operatorKey });
    },
    [Symbol.asyncDispose]: () => command[Symbol.asyncDispose](),
  };
}

async function start(environment: Readonly<Record<string, string>>): Promise<Command> {
  const command = run(process.execPath, [program], environment);
  if (await command.printed((stdout) => stdout.endsWith("\n"))) return command;
  throw new Error(`the broker did not start: ${command.stderr()}`);
}
