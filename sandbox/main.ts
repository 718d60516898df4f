// The sandbox alone, without the platform: for pointing an SDK of one’s own at it.
//   node sandbox/main.ts        SANDBOX_PORT (8090), HOST (127.0.0.1), HUIYIN_DATA (.huiyin), SANDBOX_TOKEN (drawn at random)
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import pino from "pino";
import { createClock } from "@huiyin/server/platform/clock.ts";
import { startSandbox } from "./start.ts";

const controlToken = process.env["SANDBOX_TOKEN"] ?? randomBytes(24).toString("base64url");
const port = Number(process.env["SANDBOX_PORT"] ?? "8090");
if (!Number.isInteger(port) || port < 0 || port > 65_535) {
  process.stderr.write(
    "SANDBOX_PORT 应为 0 到 65535 的整数 / SANDBOX_PORT must be an integer from 0 to 65535\n",
  );
  process.exit(2);
}

const sandbox = await startSandbox({
  host: process.env["HOST"] ?? "127.0.0.1",
  port,
  clock: createClock(),
  dataDirectory: join(process.env["HUIYIN_DATA"] ?? ".huiyin", "sandbox"),
  controlToken,
  log: pino({ level: process.env["LOG_LEVEL"] ?? "warn" }),
});
const { appId, gatewayUrl } = await sandbox.ensureMerchant({ name: "回音咖啡" });
process.stdout.write(
  [
    `钱包页面 / wallet page   ${sandbox.url}/`,
    `支付宝网关 / gateway     ${gatewayUrl} (app_id ${appId})`,
    `密钥 / credentials       curl -H 'Authorization: Bearer ${controlToken}' ${sandbox.url}/control/credentials/alipay`,
    "",
  ].join("\n"),
);

const stop = (): void => {
  void sandbox.stop().then(() => process.exit(0));
};
process.once("SIGINT", stop);
process.once("SIGTERM", stop);
