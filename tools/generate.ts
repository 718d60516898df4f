// Writes docs/reference from the product itself: the HTTP contract, the tables of errors and of channels, and the figures
// of the measurements that are kept.
//   node tools/generate.ts          writes the files
//   node tools/generate.ts --check  exits 1 where a file differs from what would be written
import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import pino from "pino";
import prettier from "prettier";
import { performanceReference } from "@huiyin/bench/performanceReference.ts";
import { composeModules } from "@huiyin/server/modules.ts";
import { createTerminalIdentity } from "@huiyin/server/modules/terminals/index.ts";
import { createClock } from "@huiyin/server/platform/clock.ts";
import { createHttp } from "@huiyin/server/platform/http/app.ts";
import { errorReference, openApiReference } from "@huiyin/server/platform/http/reference.ts";
import { createJobs } from "@huiyin/server/platform/jobs.ts";
import { createLoops } from "@huiyin/server/platform/loops.ts";
import { createMetrics } from "@huiyin/server/platform/metrics.ts";
import { createBroker } from "@huiyin/server/platform/mqtt/broker.ts";
import { openPg } from "@huiyin/server/platform/pg/pg.ts";
import { createVault } from "@huiyin/server/platform/secrets.ts";
import { createWorld } from "@huiyin/server/platform/world.ts";
import { version } from "@huiyin/server/start.ts";
import { clientOperations, clientSignature, type OpenApi } from "./clientTypes.ts";
import { channelReference } from "./channelReference.ts";

/** The OpenAPI document of the composed platform. Nothing is connected: routes need no database to be described. */
async function openApi(): Promise<string> {
  const log = pino({ level: "silent" });
  const clock = createClock();
  const world = createWorld(clock);
  const metrics = createMetrics();
  const url = "postgres://nobody@127.0.0.1:1/none";
  const pg = openPg({ url, log });
  const identity = createTerminalIdentity({ pg, world });
  const broker = createBroker(
    { ...identity.broker, log, now: clock.now },
    { url: null, host: "127.0.0.1", port: null },
  );
  const { app } = await createHttp({
    log,
    metrics,
    authenticators: [],
    version,
    pages: [],
    trustedProxies: [],
  });
  const masterKey = randomBytes(32);
  const around = {
    ...{ pg, world, clock, log, metrics, broker, identity, masterKey, randomBytes },
    vault: createVault([masterKey]),
    loops: createLoops({ clock, log }),
    jobs: createJobs({ url, log, metrics }),
    publicUrl: () => "http://127.0.0.1:8080",
    processId: "generate",
  };
  await composeModules(around, app);
  await app.ready();
  return openApiReference(app);
}

/** Files with their texts: the references, and what the client package knows of the contract. Formatted as everything is. */
export async function references(): Promise<ReadonlyMap<string, string>> {
  const document = await openApi();
  const contract = (name: string): string =>
    readFileSync(new URL(`../contract/${name}`, import.meta.url), "utf8");
  const sources = { signature: contract("signature.ts"), sha256: contract("sha256.ts") };
  const texts = new Map([
    ["docs/reference/openapi.json", document],
    ["docs/reference/errors.md", errorReference()],
    ["docs/reference/channels.md", channelReference()],
    ["docs/reference/performance.md", performanceReference()],
    ["client/src/generated/operations.ts", clientOperations(JSON.parse(document) as OpenApi)],
    ["client/src/generated/signature.ts", clientSignature(sources)],
  ]);
  const folder = fileURLToPath(new URL("../", import.meta.url));
  const formatted = new Map<string, string>();
  for (const [name, text] of texts) {
    const options = (await prettier.resolveConfig(`${folder}${name}`)) ?? {};
    formatted.set(
      `${folder}${name}`,
      await prettier.format(text, { ...options, filepath: `${folder}${name}` }),
    );
  }
  return formatted;
}

if (import.meta.main) {
  const check = process.argv.includes("--check");
  for (const [path, text] of await references()) {
    if (!check) writeFileSync(path, text);
    else if (readOrEmpty(path) !== text) {
      console.error(`${path} is out of date: run npm run generate`);
      process.exitCode = 1;
    }
  }
  process.exit();
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
