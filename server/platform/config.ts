// The configuration: environment variables, read once at start, checked whole, then frozen.
// All problems are reported together: nobody should learn of the third one after repairing two.
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { Localized } from "@huiyin/contract/words.ts";
import { readers, type ConfigProblem, type LogLevel, type PlatformRole } from "./configReaders.ts";
import { DataDirectoryError, openDataDirectory, writeSecretFile } from "./dataDirectory.ts";

export type { ConfigProblem, LogLevel, PlatformRole } from "./configReaders.ts";

/** Where a value came from. */
export type ConfigSource = "default" | "environment" | "generated";

/** One row of the table that is printed at start: secrets are masked already. */
export type ConfigRow = Readonly<{ variable: string; shown: string; source: ConfigSource }>;

/** The 32-byte key that encrypts what is secret in the database. A development key may be used with a sandbox. */
export type MasterKey = Readonly<{ bytes: Buffer; kind: "production" | "development" }>;

export type Config = Readonly<{
  host: string;
  /** TCP ports; 0 lets the system choose. */
  port: number;
  sandboxPort: number;
  mqttPort: number;
  /** Where channels and people reach this platform, without a slash at the end; null: where it listens. */
  publicUrl: string | null;
  /** Null: the embedded PostgreSQL in the data directory. */
  databaseUrl: string | null;
  /** Null: the embedded broker. */
  mqttUrl: string | null;
  /** Absolute; exists and is ours. */
  dataDirectory: string;
  roles: readonly PlatformRole[];
  masterKey: MasterKey;
  logLevel: LogLevel;
  /** Hosts that webhooks may reach although they are private addresses. */
  webhookAllowHosts: readonly string[];
  /** Whether a code of digital yuan is told as one: its rule comes from a single source. */
  eCnyCodes: "yes" | "no";
  /** Whether the simulated outside world runs beside the platform. */
  sandbox: boolean;
  rows: readonly ConfigRow[];
}>;

/** The environment is not usable; `problems` has all of them. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    const lines = problems.map(({ variable, words }) => `  ${variable}\n    ${words.zh}\n    ${words.en}`);
    super(`配置有误 / The configuration is not usable:\n${lines.join("\n")}`);
    this.problems = problems;
  }
}

type Environment = Readonly<Record<string, string | undefined>>;

const dataDirectoryDefault = fileURLToPath(new URL("../../.huiyin", import.meta.url));
const keyPattern = /^(dev_)?([0-9a-fA-F]{64}|[A-Za-z0-9+/]{43}=)$/;

/** Where the data directory lies, whether or not it is there yet; nothing is created. */
export function dataDirectoryOf(environment: Environment): string {
  const given = environment["HUIYIN_DATA"]?.trim() ?? "";
  return resolve(given === "" ? defaults.HUIYIN_DATA : given);
}

/**
 * Reads and checks the environment; creates the data directory and, with the embedded database, the master key.
 * Throws `ConfigError` with every problem. An empty variable counts as absent.
 */
export function loadConfig(environment: Environment): Config {
  const problems: ConfigProblem[] = [];
  const rows: ConfigRow[] = [];
  const report = (variable: string, words: Localized): void => void problems.push({ variable, words });

  function value<T>(
    variable: keyof typeof defaults,
    reader: (text: string) => T | Localized,
    shown?: (text: string) => string,
  ): T {
    const given = environment[variable]?.trim() ?? "";
    const text = given === "" ? defaults[variable] : given;
    const read = reader(text);
    if (isWords(read)) {
      report(variable, read);
      return reader(defaults[variable]) as T;
    }
    rows.push({ variable, shown: (shown ?? String)(text), source: given === "" ? "default" : "environment" });
    return read;
  }

  const host = value("HOST", readers.host);
  const port = value("PORT", readers.port);
  const sandboxPort = value("SANDBOX_PORT", readers.port);
  const mqttPort = value("MQTT_PORT", readers.port);
  const publicUrl = value("PUBLIC_URL", readers.publicUrl);
  const databaseUrl = value("DATABASE_URL", readers.databaseUrl, maskUrl("(embedded PostgreSQL)"));
  const mqttUrl = value("MQTT_URL", readers.mqttUrl, maskUrl("(embedded broker)"));
  const roles = value("HUIYIN_ROLES", readers.roles);
  const logLevel = value("LOG_LEVEL", readers.logLevel);
  const webhookAllowHosts = value("WEBHOOK_ALLOW_HOSTS", readers.hosts);
  const eCnyCodes = value("ECNY_CODES", readers.yesOrNo);
  const sandboxWanted = value("SANDBOX", readers.sandbox);
  const dataDirectory = openDirectory(
    value("HUIYIN_DATA", (text) => resolve(text)),
    report,
  );
  const masterKey = keyOf(environment, { dataDirectory, embedded: databaseUrl === null, report, rows });
  const production = masterKey?.kind === "production";
  const sandbox = sandboxWanted === "auto" ? databaseUrl === null && !production : sandboxWanted === "on";

  if (production && sandbox) report("SANDBOX", notInProduction("SANDBOX=on"));
  if (production && webhookAllowHosts.length > 0)
    report("WEBHOOK_ALLOW_HOSTS", notInProduction("WEBHOOK_ALLOW_HOSTS"));
  const ports = new Map([["PORT", port]]);
  if (mqttUrl === null) ports.set("MQTT_PORT", mqttPort);
  if (sandbox) ports.set("SANDBOX_PORT", sandboxPort);
  for (const [variable, words] of samePorts(ports)) report(variable, words);

  if (problems.length > 0 || masterKey === null) throw new ConfigError(problems);
  return Object.freeze({
    ...{
      host,
      port,
      sandboxPort,
      mqttPort,
      publicUrl,
      databaseUrl,
      mqttUrl,
      dataDirectory,
      roles,
      masterKey,
    },
    ...{ logLevel, webhookAllowHosts, eCnyCodes, sandbox, rows },
  });
}

const defaults = {
  HOST: "127.0.0.1",
  PORT: "8080",
  SANDBOX_PORT: "8090",
  MQTT_PORT: "1883",
  PUBLIC_URL: "",
  DATABASE_URL: "",
  MQTT_URL: "",
  HUIYIN_DATA: dataDirectoryDefault,
  HUIYIN_ROLES: "http,jobs,mqtt",
  LOG_LEVEL: "info",
  WEBHOOK_ALLOW_HOSTS: "",
  ECNY_CODES: "off",
  SANDBOX: "auto",
} as const;

/** The configuration as a table for the terminal: variable, value, where it came from. No secret is in it. */
export function configTable({ rows }: Pick<Config, "rows">): string {
  const width = (column: "variable" | "shown"): number => Math.max(...rows.map((row) => row[column].length));
  const [variableWidth, shownWidth] = [width("variable"), width("shown")];
  const lines = rows.map(
    (row) => `${row.variable.padEnd(variableWidth)}  ${row.shown.padEnd(shownWidth)}  ${row.source}`,
  );
  return lines.map((line) => line.trimEnd()).join("\n");
}

type Report = (variable: string, words: Localized) => void;
type KeyContext = Readonly<{
  dataDirectory: string | null;
  embedded: boolean;
  report: Report;
  rows: ConfigRow[];
}>;

function openDirectory(path: string, report: Report): string {
  try {
    return openDataDirectory(path);
  } catch (error) {
    if (!(error instanceof DataDirectoryError)) throw error;
    report("HUIYIN_DATA", error.words);
    return "";
  }
}

function keyOf(environment: Environment, context: KeyContext): MasterKey | null {
  const { dataDirectory, report, rows } = context;
  const variable = "HUIYIN_MASTER_KEY";
  const given = environment[variable]?.trim() ?? "";
  const file = dataDirectory === "" || dataDirectory === null ? null : join(dataDirectory, "master.key");
  const stored = file !== null && existsSync(file) ? readFileSync(file, "utf8").trim() : "";
  const text = given !== "" ? given : stored !== "" ? stored : freshKey(file, context);
  if (text === null) return null;
  const key = parseKey(text);
  const storedKey = parseKey(stored);
  if (key === null) {
    report(variable, {
      zh: `${given !== "" ? "" : `${file} 中的`}主密钥应为 32 字节：64 位十六进制数字或 Base64，开发用密钥以 dev_ 开头。`,
      en: `The master key${given !== "" ? "" : ` in ${file}`} is 32 bytes as 64 hex digits or Base64, with dev_ before a development key.`,
    });
  } else if (storedKey !== null && !storedKey.bytes.equals(key.bytes)) {
    report(variable, {
      zh: `与数据目录中的 ${file} 不一致：已加密的数据将无法读取。请使用同一密钥，或改用其他数据目录。`,
      en: `It differs from ${file}, so what is encrypted could not be read. Use the same key, or another data directory.`,
    });
  } else {
    rows.push({ variable, shown: `(${key.kind} key)`, source: given !== "" ? "environment" : "generated" });
  }
  return key;
}

function freshKey(file: string | null, { embedded, dataDirectory, report }: KeyContext): string | null {
  if (file === null) return null;
  if (!embedded) {
    report("HUIYIN_MASTER_KEY", {
      zh: "使用 DATABASE_URL 时必须设置主密钥，例如 openssl rand -hex 32 的输出；开发环境在前面加 dev_。",
      en: "With DATABASE_URL a master key is required, such as the output of openssl rand -hex 32; put dev_ before it for development.",
    });
    return null;
  }
  if (existsSync(join(dataDirectory ?? "", "postgres", "place.json"))) {
    report("HUIYIN_MASTER_KEY", {
      zh: `数据目录中已有数据库，但主密钥 ${file} 不见了。请恢复该文件或设置此变量；新密钥无法读取旧数据。`,
      en: `The data directory has a database, but its master key ${file} is gone. Restore the file or set this variable; a new key could not read the old data.`,
    });
    return null;
  }
  const text = `dev_${randomBytes(32).toString("hex")}`;
  writeSecretFile(file, `${text}\n`);
  return text;
}

function parseKey(text: string): MasterKey | null {
  const match = keyPattern.exec(text);
  if (match === null) return null;
  const [, prefix, digits = ""] = match;
  const bytes = Buffer.from(digits, digits.length === 64 ? "hex" : "base64");
  return { bytes, kind: prefix === undefined ? "production" : "development" };
}

function maskUrl(absent: string): (text: string) => string {
  return (text) => (text === "" ? absent : withoutPassword(text));
}

function withoutPassword(url: string): string {
  return url
    .replace(
      /^([a-z]+:\/\/)([^/]*)@/,
      (_, scheme: string, user: string) => `${scheme}${user.split(":")[0]}:***@`,
    )
    .replaceAll(/([?&](?:password|sslkey|token)=)[^&]*/gi, "$1***");
}

function notInProduction(what: string): Localized {
  return {
    zh: `${what} 不能与正式主密钥同时使用。开发用密钥以 dev_ 开头。`,
    en: `${what} is refused with a production master key. A development key begins with dev_.`,
  };
}

function samePorts(ports: ReadonlyMap<string, number>): ReadonlyArray<readonly [string, Localized]> {
  const used = [...ports].filter(([, port]) => port !== 0);
  return used.flatMap(([variable, port], index) => {
    const other = used.slice(0, index).find(([, earlier]) => earlier === port)?.[0];
    if (other === undefined) return [];
    return [
      [
        variable,
        { zh: `与 ${other} 使用了同一端口 ${port}。`, en: `It is the same port ${port} as ${other}.` },
      ] as const,
    ];
  });
}

function isWords(value: unknown): value is Localized {
  return typeof value === "object" && value !== null && "zh" in value && "en" in value;
}
