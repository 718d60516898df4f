// What an examination of an installation looks at, and what it can say.
import type { Localized } from "@huiyin/contract/words.ts";
import type { Config, ConfigProblem } from "@huiyin/server/platform/config.ts";
import type { Pg } from "@huiyin/server/platform/pg/pg.ts";
import type { Place } from "@huiyin/server/platform/postgres/place.ts";
import type { Running } from "@huiyin/server/platform/runtimeFile.ts";
import type { MigrationState } from "./migrations.ts";
import type pg from "pg";

/** "broken": something does not work, or will not at the next start. "warning": it works, and somebody should look. */
export type Severity = "broken" | "warning";

/** Files and environment, as they are found; nothing of it was made or changed by looking. */
export type Installation = Readonly<{
  nodeVersion: string;
  dataDirectory: string;
  /** Null where the environment is not usable, or there is no data directory. */
  config: Config | null;
  problems: readonly ConfigProblem[];
  /** Null where none is kept and none is given. */
  masterKey: Buffer | null;
  running: Running | null;
  /** The process that has the data directory, be it still starting; null when none has. */
  claimedBy: number | null;
  /** Of the embedded database; null with another one, and before the first start. */
  place: Place | null;
  /** Where the programs of the embedded database were installed. */
  nativeDirectory: string;
  /** The platform’s own present: real time, moved on where the sandbox’s clock was. */
  now: Date;
  diskFreeBytesMin: number;
}>;

/** A database that answers. Everything happens in read-only transactions. */
export type OpenDatabase = Readonly<{
  client: pg.ClientBase;
  migrations: MigrationState;
  /** Whether any platform works on it at this moment. */
  use: "inUse" | "idle";
}>;

/** A database whose schema is the present one, so that its rows can be understood. */
export type CurrentDatabase = OpenDatabase & Readonly<{ pg: Pg; accounts: readonly ChannelAccountFound[] }>;

/** `account` is null where its seal does not open. */
export type ChannelAccountFound = Readonly<{
  merchantId: string;
  channel: string;
  keyId: string;
  account: Readonly<Record<string, string>> | null;
}>;

/** Facts that support a finding: paths, numbers, ids. No findings: an empty list. */
export type Evidence = readonly string[];

type Described = Readonly<{
  /** The name of the fault: stable, for scripts. */
  id: string;
  severity: Severity;
  title: Localized;
  next: Localized;
}>;

/** One fault that an installation may have. What it needs decides when it can be looked for. */
export type Check = Described &
  (
    | Readonly<{ needs: "files"; look: (installation: Installation) => Promise<Evidence> | Evidence }>
    | Readonly<{
        needs: "configuration";
        look: (installation: Installation, config: Config) => Promise<Evidence> | Evidence;
      }>
    | Readonly<{
        needs: "database";
        look: (installation: Installation, database: OpenDatabase) => Promise<Evidence> | Evidence;
      }>
    | Readonly<{
        needs: "schema";
        look: (installation: Installation, database: CurrentDatabase) => Promise<Evidence> | Evidence;
      }>
  );

export type Finding = Described & Readonly<{ evidence: Evidence }>;

/** A check that could not be made, and why. */
export type Skipped = Readonly<{ id: string; reason: Localized }>;

export type Examination = Readonly<{
  dataDirectory: string;
  platform: "running" | "stopped";
  findings: readonly Finding[];
  skipped: readonly Skipped[];
  /** Ids of the checks that found nothing. */
  fine: readonly string[];
}>;
