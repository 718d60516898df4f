// Says what went wrong in words a person can act on, in both languages; a stack only for our own bugs.
import { MonthError } from "@huiyin/server/db/closing.ts";
import { LedgerBrokenError } from "@huiyin/server/modules/ledger/index.ts";
import { BackupError } from "@huiyin/server/platform/backup/model.ts";
import { ConfigError } from "@huiyin/server/platform/config.ts";
import { isConnectionLost } from "@huiyin/server/platform/pg/errors.ts";
import { MigrationError } from "@huiyin/server/platform/pg/migrate.ts";
import { DatabaseInUseError } from "@huiyin/server/platform/postgres/supervisor.ts";
import { AlreadyRunningError } from "@huiyin/server/platform/runtimeFile.ts";
import { exitCodes } from "./exit.ts";

/** A refusal of a command, with what to do. */
export class CommandError extends Error {
  override readonly name = "CommandError";
  readonly exitCode: number;

  constructor(message: string, exitCode: number = exitCodes.refused) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** The text for standard error and the exit code. */
export function explain(error: unknown): Readonly<{ message: string; exitCode: number }> {
  if (error instanceof CommandError) return { message: error.message, exitCode: error.exitCode };
  if (error instanceof ConfigError) return { message: error.message, exitCode: exitCodes.usage };
  if (error instanceof AlreadyRunningError) return { message: error.message, exitCode: exitCodes.refused };
  if (error instanceof BackupError || error instanceof MonthError)
    return { message: `${error.words.zh}\n${error.words.en}`, exitCode: exitCodes.refused };
  if (error instanceof LedgerBrokenError) {
    const message = `账本验证不通过，没有关账 / The ledger does not verify; nothing was closed:\n${error.message}`;
    return { message, exitCode: exitCodes.refused };
  }
  if (error instanceof MigrationError) {
    const message = `数据库结构与程序不符 / The database does not fit this program:\n${error.message}`;
    return { message, exitCode: exitCodes.refused };
  }
  if (error instanceof DatabaseInUseError) {
    const message =
      `数据目录中的数据库正被进程 ${error.pid} 使用（可能正在启动或停止），请稍后再试。\n` +
      `Process ${error.pid} has the database of this data directory; it may be starting or stopping. Try again later.`;
    return { message, exitCode: exitCodes.refused };
  }
  if (isConnectionLost(error)) {
    const reason = error instanceof Error ? error.message : String(error);
    const message = `连不上数据库：${reason}\nThe database cannot be reached: ${reason}`;
    return { message, exitCode: exitCodes.refused };
  }
  if (isPortTaken(error)) {
    const message =
      `端口 ${error.port} 已被占用。请停止占用它的程序，或用环境变量换一个端口（PORT、SANDBOX_PORT、MQTT_PORT）。\n` +
      `Port ${error.port} is taken. Stop what uses it, or choose another with PORT, SANDBOX_PORT or MQTT_PORT.`;
    return { message, exitCode: exitCodes.refused };
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { message: `内部错误 / Internal error:\n${text}`, exitCode: exitCodes.refused };
}

function isPortTaken(error: unknown): error is NodeJS.ErrnoException & { port: number } {
  return error instanceof Error && (error as NodeJS.ErrnoException).code === "EADDRINUSE";
}
