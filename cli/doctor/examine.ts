// Goes through every check that can be made, and keeps what it found.
import type { Localized } from "@huiyin/contract/words.ts";
import type { Config } from "@huiyin/server/platform/config.ts";
import { checks } from "./checks.ts";
import { databaseUnreachable } from "./checks/databaseUnreachable.ts";
import { examineDatabase, findDatabase } from "./database.ts";
import { readInstallation, type Environment, type Machine } from "./installation.ts";
import type {
  Check,
  CurrentDatabase,
  Evidence,
  Examination,
  Finding,
  Installation,
  OpenDatabase,
  Skipped,
} from "./model.ts";

export type ExamineOptions = Readonly<{
  environment: Environment;
  say: (line: string) => void;
  machine?: Machine;
}>;

/** Looks at an installation, running or not. Throws nothing: what cannot be looked at is told as skipped. */
export async function examine({ environment, say, machine = {} }: ExamineOptions): Promise<Examination> {
  const installation = readInstallation(environment, machine);
  const { config } = installation;
  const notes = new Notes();
  for (const check of checks) {
    if (check.needs === "files") await notes.take(check, () => check.look(installation));
    else if (config === null) notes.skip(check, withoutConfiguration);
    else if (check.needs === "configuration") await notes.take(check, () => check.look(installation, config));
  }
  if (config !== null) await lookIntoDatabase(installation, config, notes, say);
  const { findings, skipped, fine } = notes;
  const order = new Map(
    [...checks.map(({ id }) => id), databaseUnreachable.id].map((id, index) => [id, index]),
  );
  return {
    dataDirectory: installation.dataDirectory,
    platform: installation.running === null ? "stopped" : "running",
    findings: findings.toSorted((left, right) => (order.get(left.id) ?? 0) - (order.get(right.id) ?? 0)),
    skipped,
    fine,
  };
}

const withoutConfiguration: Localized = { zh: "没有可用的配置", en: "there is no usable configuration" };
const withoutDatabase: Localized = { zh: "数据库无法打开", en: "the database does not open" };
const otherSchema: Localized = { zh: "数据库结构不是当前版本", en: "the schema is not the present one" };

/** With these, starting the database would fail, or would make what is found worse. */
const hindrances: ReadonlySet<string> = new Set(["binariesNotExecutable", "diskNearlyFull"]);

async function lookIntoDatabase(
  installation: Installation,
  config: Config,
  notes: Notes,
  say: (line: string) => void,
): Promise<void> {
  const waiting = checks.filter(({ needs }) => needs === "database" || needs === "schema");
  const skipAll = (reason: Localized): void => waiting.forEach((check) => notes.skip(check, reason));
  const hindrance = notes.findings.find(({ id }) => hindrances.has(id));
  if (installation.running === null && config.databaseUrl === null && hindrance !== undefined)
    return skipAll(hindrance.title);
  try {
    const found = await findDatabase(installation, config, say);
    if ("skipped" in found) return skipAll(found.skipped);
    try {
      await examineDatabase(found.url, installation, (database, current) =>
        lookAtDatabase(installation, database, current, notes),
      );
      notes.fine.push(databaseUnreachable.id);
    } finally {
      await found.stop();
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    notes.findings.push({ ...databaseUnreachable, evidence: [reason] });
    waiting.filter(({ id }) => !notes.has(id)).forEach((check) => notes.skip(check, withoutDatabase));
  }
}

async function lookAtDatabase(
  installation: Installation,
  database: OpenDatabase,
  current: CurrentDatabase | null,
  notes: Notes,
): Promise<void> {
  for (const check of checks) {
    if (check.needs === "database") await notes.take(check, () => check.look(installation, database));
    else if (check.needs !== "schema") continue;
    else if (current === null) notes.skip(check, otherSchema);
    else await notes.take(check, () => check.look(installation, current));
  }
}

/** What was found, passed over and found fine, so far. */
class Notes {
  readonly findings: Finding[] = [];
  readonly skipped: Skipped[] = [];
  readonly fine: string[] = [];

  /** A check that itself fails is skipped with the reason: the others still look. */
  async take(check: Check, look: () => Promise<Evidence> | Evidence): Promise<void> {
    try {
      const evidence = await look();
      const { id, severity, title, next } = check;
      if (evidence.length === 0) this.fine.push(id);
      else this.findings.push({ id, severity, title, next, evidence });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.skip(check, { zh: `检查失败：${reason}`, en: `the check failed: ${reason}` });
    }
  }

  skip({ id }: Pick<Check, "id">, reason: Localized): void {
    this.skipped.push({ id, reason });
  }

  has(id: string): boolean {
    return [...this.findings, ...this.skipped].some((note) => note.id === id) || this.fine.includes(id);
  }
}
