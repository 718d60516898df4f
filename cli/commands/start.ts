// huiyin start: the whole platform in one process, until Ctrl-C.
import { createWriteStream, existsSync, renameSync, type WriteStream } from "node:fs";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { unwrap } from "@huiyin/server/kernel/result.ts";
import { configTable, loadConfig, type Config } from "@huiyin/server/platform/config.ts";
import { createLog, type Log } from "@huiyin/server/platform/log.ts";
import { exitCodes } from "../exit.ts";
import { launch, type Launched } from "../launch.ts";
import { print, type Output } from "../print.ts";
import { welcome, type Addresses } from "../welcome.ts";

export async function start(output: Output): Promise<void> {
  const config = loadConfig(process.env);
  const say = (line: string): void => console.error(line);
  if (output === "people") console.log(`${configTable(config)}\n`);
  const log = logOf(config);
  const starting = launch({
    ...{ config, log, say },
    onDatabaseCrash: (reason) => {
      say(
        `数据库意外停止：${reason}。平台随之退出，请重新启动。/ The database ended unexpectedly: ${reason}. Start again.`,
      );
      process.exit(exitCodes.refused);
    },
  });
  const signals = stopOnSignal(starting, say);
  const running = await starting;
  // As Node has it; huiyin.mjs held it back.
  setFlagsFromString("--semi-space-growth-factor=2");
  if (signals.caught()) return;
  const addresses = await addressesOf(running);
  print(output, addresses, () => console.log(welcome(addresses)));
}

/** With a sandbox the terminal belongs to the person in front of it, and the log goes to a file. */
function logOf(config: Config): Log {
  if (!config.sandbox) return createLog({ level: config.logLevel });
  const file = join(config.dataDirectory, "huiyin.log");
  let stream: WriteStream | null = null;
  const open = (): WriteStream => {
    if (existsSync(file)) renameSync(file, `${file}.1`);
    return createWriteStream(file, { mode: 0o600 });
  };
  // Opened by the first line: a start that is refused beside a live platform must not take that one's log away.
  const destination = { write: (line: string): void => void (stream ??= open()).write(line) };
  return createLog({ level: config.logLevel, destination });
}

async function addressesOf({ config, platform, sandbox, demo, controlToken }: Launched): Promise<Addresses> {
  // Read long since, as part of the platform.
  const { createSignInLink } = await import("@huiyin/server/modules/identity/index.ts");
  const link = unwrap(await createSignInLink(platform.modules.identity, null, "huiyin start"));
  return {
    platform: platform.url,
    console: link.url,
    documentation: `${platform.url}/docs`,
    logFile: config.sandbox ? join(config.dataDirectory, "huiyin.log") : null,
    dataDirectory: config.dataDirectory,
    sandbox: sandbox && {
      wallet: sandbox.walletUrl,
      cashier: `${platform.url}/cashier/#code=${demo?.activationCode ?? ""}`,
      merchantKey: demo?.merchantKey ?? "",
      storeId: demo?.storeId ?? "",
      managerCode: demo?.managerCode ?? "",
      payerCode: `${sandbox.url}/control/wallets/${demo?.walletId ?? ""}/payer-code`,
      controlToken: controlToken ?? "",
    },
  };
}

/** The first signal drains and stops, once it has started where it is still starting; a second one gives up waiting. */
function stopOnSignal(
  starting: Promise<Launched>,
  say: (line: string) => void,
): Readonly<{ caught(): boolean }> {
  let stopping = false;
  const stop = (): void => {
    if (stopping) {
      say("不再等待，立即退出 / Not waiting any longer");
      process.exit(exitCodes.refused);
    }
    stopping = true;
    say(
      "正在停止：等待处理中的收款……（再按一次 Ctrl-C 立即退出）/ Stopping: payments under way are being finished …",
    );
    const stopped = starting.then((running) => running.stop());
    stopped.then(
      () => {
        say("已停止，数据已保存 / Stopped; everything is kept");
        process.exit(exitCodes.ok);
      },
      (error: unknown) => {
        say(`停止时出错 / Stopping failed: ${String(error)}`);
        process.exit(exitCodes.refused);
      },
    );
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  return { caught: () => stopping };
}
