// The client package as a stranger gets it: packed, installed into an empty directory without a network, run by Node 20
// against a platform with its sandbox; and what that platform then tells a receiver.
import assert from "node:assert/strict";
import { execFile, execFileSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { Webhook } from "standardwebhooks";
import { apiOf, ok, until } from "./support/api.ts";
import { temporaryPlace } from "./support/place.ts";
import { freePorts, root, startPlatformProcess } from "./support/process.ts";

const runFile = promisify(execFile);

/** A Node 20 that this machine has besides our own. */
function node20(): string | null {
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), "/usr/bin", "/usr/local/bin"];
  const found = folders.map((folder) => join(folder, "node")).filter((file) => existsSync(file));
  return (
    found.find((file) => execFileSync(file, ["--version"], { encoding: "utf8" }).startsWith("v20.")) ?? null
  );
}

const node = node20();

test(
  "the packed client takes a payment on Node 20, and the shop’s server is told of it",
  { skip: node === null && "there is no Node 20 on this machine" },
  async () => {
    const shop = mkdtempSync(join(tmpdir(), "huiyin-client-"));
    await using place = temporaryPlace();
    try {
      const oldNode = node ?? "";
      const tarball = await pack(shop);
      await install(shop, { tarball, node: oldNode });
      await using receiver = await listen();
      const ports = { ...freePorts(place.data), WEBHOOK_ALLOW_HOSTS: `127.0.0.1:${receiver.port}` };
      await using platform = await startPlatformProcess(ports);
      const api = apiOf(platform.addresses, place.data);
      const url = `http://127.0.0.1:${receiver.port}/hook`;
      const endpoint = ok(
        await api.merchant<{ id: string; secret: string }>("POST", "/v1/webhook-endpoints", {
          body: { url },
        }),
      );
      const code = await api.payerCode(await api.newWallet(100_000));
      const environment = {
        HUIYIN_URL: platform.addresses.platform,
        HUIYIN_KEY: platform.addresses.sandbox?.merchantKey ?? "",
      };
      const example = join(shop, "node_modules", "@huiyin", "client", "examples", "takePayment.mjs");
      const { stdout } = await runFile(oldNode, [example, code], { cwd: shop, env: environment });
      const [state, paymentId, amount] = stdout.trim().split(" ");
      assert.deepEqual([state, amount], ["succeeded", "1280"]);

      await until("the shop was told", async () => receiver.received.length > 0);
      const [told] = receiver.received;
      const message = new Webhook(endpoint.secret).verify(told?.body ?? "", told?.headers ?? {}) as {
        type: string;
        data: { id: string };
      };
      assert.deepEqual([message.type, message.data.id], ["payment.succeeded", paymentId]);
      assert.equal(await verifiedByClient(shop, oldNode, { ...told, secret: endpoint.secret }), paymentId);
    } finally {
      rmSync(shop, { recursive: true, force: true });
    }
  },
);

/** The tarball as `npm pack` makes it; the path of the file. */
async function pack(folder: string): Promise<string> {
  const tarballs = join(folder, "tarballs");
  mkdirSync(tarballs);
  await runFile("npm", ["pack", "--pack-destination", tarballs], { cwd: join(root, "client") });
  const [name] = readdirSync(tarballs);
  assert.match(name ?? "", /\.tgz$/);
  return join(tarballs, name ?? "");
}

async function install(
  folder: string,
  { tarball, node: file }: Readonly<{ tarball: string; node: string }>,
): Promise<void> {
  writeFileSync(
    join(folder, "package.json"),
    JSON.stringify({ name: "shop", private: true, type: "module" }),
  );
  const path = [dirname(file), process.env["PATH"]].join(delimiter);
  await runFile("npm", ["install", tarball, "--offline", "--no-audit", "--no-fund", "--ignore-scripts"], {
    cwd: folder,
    env: { ...process.env, PATH: path },
  });
  assert.deepEqual(
    readdirSync(join(folder, "node_modules")).filter((name) => !name.startsWith(".")),
    ["@huiyin"],
  );
}

/** What the installed package makes of the message: the id of the payment that it tells of. */
async function verifiedByClient(folder: string, file: string, told: object): Promise<string> {
  writeFileSync(join(folder, "told.json"), JSON.stringify(told));
  const script = `import { readFileSync } from "node:fs";
    import { verifyWebhook } from "@huiyin/client";
    const { headers, body, secret } = JSON.parse(readFileSync("told.json", "utf8"));
    const verified = verifyWebhook(headers, body, { secret });
    console.log(verified.ok ? verified.message.data.id : verified.reason);`;
  writeFileSync(join(folder, "verify.mjs"), script);
  return (await runFile(file, ["verify.mjs"], { cwd: folder })).stdout.trim();
}

async function listen() {
  const received: Array<{ headers: Record<string, string>; body: string }> = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => (body += String(chunk)));
    request.on("end", () => {
      received.push({ headers: request.headers as Record<string, string>, body });
      response.end("ok");
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    received,
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
