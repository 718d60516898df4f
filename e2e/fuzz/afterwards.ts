// What has to hold when all inputs are through: the platform serves honest people, its books balance, and its log holds no
// accident, no secret and no line that somebody else has written.
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { ok, until } from "../support/api.ts";
import type { Target } from "./server.ts";
import type { FuzzWorld } from "./world.ts";

const linesShownMax = 10;

/** Everything that does not hold, as sentences. */
export async function problemsAfterwards(target: Target, world: FuzzWorld): Promise<readonly string[]> {
  const problems: string[] = [];
  const check = async (what: string, look: () => Promise<string | null>): Promise<void> => {
    const problem = await look().catch((error: unknown) => String(error));
    if (problem !== null) problems.push(`${what}: ${problem}`);
  };
  await check("maintenance that a stranger with an operator’s key has announced", async () => {
    await endMaintenance(world);
    return null;
  });
  await check("an honest payment", async () => {
    await world.payHonestly();
    return null;
  });
  await check("/readyz", async () => {
    const { status } = await fetch(`${world.platform}/readyz`);
    return status === 200 ? null : `HTTP ${status}`;
  });
  await check("the ledger", async () => {
    const report = ok(await world.api.operator<{ ok: boolean }>("POST", "/v1/ledger/verify", { body: {} }));
    return report.ok ? null : JSON.stringify(report);
  });
  await check("the books", async () => {
    await until(
      "everything under way has ended",
      async () => (await world.api.compareBooks()).unfinished === 0,
    ).catch(() => undefined);
    const { differences } = await world.api.compareBooks();
    return differences.length === 0 ? null : differences.slice(0, linesShownMax).join("; ");
  });
  const secrets = [...target.secrets, ...world.secrets, world.merchantKey, world.operatorKey, world.otherKey];
  return [...problems, ...(await problemsInLog(target, secrets))];
}

type Windows = Readonly<{
  items: ReadonlyArray<Readonly<{ id: string; standing: string }>>;
  hasMore: boolean;
}>;

/** Ends every window that is open: what it shuts is refused as it should be. */
async function endMaintenance({ api }: FuzzWorld): Promise<void> {
  for (let after: string | undefined = ""; after !== undefined;) {
    const path: string = `/v1/maintenance-windows?limit=100${after && `&after=${after}`}`;
    const { items, hasMore }: Windows = ok(await api.operator<Windows>("GET", path));
    for (const { id } of items.filter(({ standing }) => standing === "open"))
      ok(await api.operator("POST", `/v1/maintenance-windows/${id}/steps`, { body: { step: "end" } }));
    after = hasMore ? items.at(-1)?.id : undefined;
  }
}

async function problemsInLog({ addresses }: Target, secrets: readonly string[]): Promise<readonly string[]> {
  if (addresses.logFile === null) return ["there is no log"];
  const found = new Map<string, { count: number; line: string }>();
  for await (const line of createInterface({ input: createReadStream(addresses.logFile, "utf8") })) {
    const kind = problemIn(line, secrets);
    if (kind === null) continue;
    const before = found.get(kind);
    if (before === undefined) found.set(kind, { count: 1, line: line.slice(0, 1_500) });
    else before.count += 1;
  }
  return [...found].map(([kind, { count, line }]) => `in the log, ${count} times, ${kind}: ${line}`);
}

function problemIn(line: string, secrets: readonly string[]): string | null {
  if (secrets.some((secret) => line.includes(secret))) return "a secret";
  try {
    const { level, event } = JSON.parse(line) as Record<string, unknown>;
    return level === "error" || level === "fatal" ? `an accident (${String(event)})` : null;
  } catch {
    return "a line that is no line of ours";
  }
}
