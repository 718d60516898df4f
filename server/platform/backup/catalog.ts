// What the database says about itself: which tables are ours, in which order, and by which migrations they came.
import type pg from "pg";
import { databaseRoles } from "../pg/connection.ts";
import type { AppliedMigration, BackedUpTable, Partition } from "./model.ts";
import { BackupError, nameOf } from "./model.ts";

/** Two that say how the database was made, which a restore does anew; and the job queue’s statistics of the last days. */
const leftOut: ReadonlySet<string> = new Set(["platform.migration", "pgboss.version", "pgboss.queue_stats"]);

const identifier = /^[a-z_][a-z0-9_]{0,62}$/;
const uuid = "'[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}'";
const monthBound = new RegExp(`^FOR VALUES FROM \\(${uuid}\\) TO \\(${uuid}\\)$`);

/** Stands where the bound of a partition stands, for a month that was taken out of its table. */
export const detachedBound = "DETACHED";

type TableRow = Readonly<{
  oid: number;
  schema: string;
  name: string;
  columns: string[];
  /** A table that hides rows from its owner would be backed up without them. */
  visibility: "whole" | "hidden";
  refersTo: number[];
}>;

/**
 * Every table in a schema of ours, partitions left to their parents, what is referred to before what refers to it.
 * Throws BackupError where row-level security would hide rows.
 */
export async function readTables(client: pg.ClientBase): Promise<BackedUpTable[]> {
  const { rows } = await client.query<TableRow>(
    `select c.oid::int as oid, n.nspname as schema, c.relname as name,
            (select array_agg(a.attname::text order by a.attnum) from pg_attribute a
             where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '') as columns,
            case when not c.relforcerowsecurity
                   or exists (select from pg_policies p where p.schemaname = n.nspname and p.tablename = c.relname
                              and p.policyname = 'owner' and p.qual = 'true') then 'whole' else 'hidden' end as visibility,
            coalesce((select array_agg(f.confrelid::int) from pg_constraint f
                      where f.conrelid = c.oid and f.contype = 'f' and f.confrelid <> c.oid), '{}') as "refersTo"
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p') and not c.relispartition and pg_get_userbyid(n.nspowner) = $1
     order by n.nspname, c.relname`,
    [databaseRoles.owner],
  );
  const hidden = rows.find(({ visibility }) => visibility === "hidden");
  if (hidden !== undefined) {
    throw new BackupError({
      zh: `${nameOf(hidden)} 的行级安全策略会隐藏部分数据，备份将不完整。请为 huiyin_owner 添加名为 owner 的策略。`,
      en: `Row-level security hides rows of ${nameOf(hidden)} from its owner, so the backup would not be whole. Give it the policy named owner.`,
    });
  }
  return inOrderOfReference(rows.filter((row) => !leftOut.has(nameOf(row)))).map(
    ({ schema, name, columns }) => ({ schema, name, columns }),
  );
}

function inOrderOfReference(rows: readonly TableRow[]): TableRow[] {
  const byOid = new Map(rows.map((row) => [row.oid, row]));
  const ordered = new Set<TableRow>();
  const visit = (row: TableRow, path: readonly TableRow[]): void => {
    // A circle of references cannot be loaded row by row; none exists, and a new one must be noticed here.
    if (path.includes(row)) throw new Error(`${nameOf(row)} refers to itself by way of other tables`);
    if (ordered.has(row)) return;
    for (const oid of row.refersTo) {
      const target = byOid.get(oid);
      if (target !== undefined) visit(target, [...path, row]);
    }
    ordered.add(row);
  };
  for (const row of rows) visit(row, []);
  return [...ordered];
}

/**
 * Partitions beside the DEFAULT ones, which come with the migrations; and months that were detached, which are tables of
 * their own and known by their names. Throws BackupError for one that is no month.
 */
export async function readPartitions(client: pg.ClientBase): Promise<Partition[]> {
  const { rows } = await client.query<Partition>(
    `select n.nspname as schema, c.relname as name, parent.relname as parent,
            pg_get_expr(c.relpartbound, c.oid) as bound
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     join pg_inherits i on i.inhrelid = c.oid join pg_class parent on parent.oid = i.inhparent
     where c.relispartition and c.relkind = 'r' and pg_get_userbyid(n.nspowner) = $1
       and pg_get_expr(c.relpartbound, c.oid) <> 'DEFAULT'
     union all
     select n.nspname, c.relname, parent.relname, $2
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     join pg_class parent on parent.relnamespace = n.oid and parent.relkind = 'p' and parent.relname = left(c.relname, -7)
     where not c.relispartition and c.relkind = 'r' and pg_get_userbyid(n.nspowner) = $1 and c.relname ~ '_[0-9]{6}$'
     order by 1, 2`,
    [databaseRoles.owner, detachedBound],
  );
  const months = rows.filter(({ schema, parent }) => !leftOut.has(`${schema}.${parent}`));
  for (const month of months) refuseOtherPartition(month);
  return months;
}

/** A month’s bound becomes a statement again, so it must look exactly like what we write. */
export function refuseOtherPartition({ schema, name, parent, bound }: Partition): void {
  if (
    [schema, name, parent].every((word) => identifier.test(word)) &&
    (bound === detachedBound || monthBound.test(bound))
  )
    return;
  throw new BackupError({
    zh: `分区 ${schema}.${name}（${bound}）不是按月的分区，无法备份和恢复。`,
    en: `The partition ${schema}.${name} (${bound}) is not one of a month and can be neither backed up nor restored.`,
  });
}

/** What was applied to this database; null where it is not one of ours. */
export async function readMigrationsOf(client: pg.ClientBase): Promise<AppliedMigration[] | null> {
  if (!(await exists(client, "platform.migration"))) return null;
  const { rows } = await client.query<AppliedMigration>(
    `select number, name, checksum, applied_at::text as "appliedAt" from platform.migration order by number`,
  );
  return rows.length === 0 ? null : rows;
}

/** The version of the job queue’s tables; null where it has made none yet. */
export async function readJobVersion(client: pg.ClientBase): Promise<number | null> {
  if (!(await exists(client, "pgboss.version"))) return null;
  const { rows } = await client.query<{ version: number }>("select version from pgboss.version");
  return rows[0]?.version ?? null;
}

/** Schemas beside PostgreSQL’s own that hold anything; what extensions brought does not count. */
export async function readOccupiedSchemas(client: pg.ClientBase, except: string): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select distinct n.nspname as name
     from pg_namespace n left join pg_class c on c.relnamespace = n.oid
     where n.nspname !~ '^pg_' and n.nspname not in ('information_schema', $1)
       and (n.nspname <> 'public' or c.oid is not null)
       and not exists (select from pg_depend d where d.deptype = 'e'
                       and (d.objid = n.oid or (c.oid is not null and d.objid = c.oid)))
     order by 1`,
    [except],
  );
  return rows.map(({ name }) => name);
}

/** How many connections other processes of a platform have to this database. */
export async function countPlatformConnections(client: pg.ClientBase): Promise<number> {
  const { rows } = await client.query<{ count: number }>(
    `select count(*)::int as count from pg_stat_activity
     where datname = current_database() and pid <> pg_backend_pid() and application_name ~ '^huiyin_'`,
  );
  return rows[0]?.count ?? 0;
}

async function exists(client: pg.ClientBase, table: string): Promise<boolean> {
  const { rows } = await client.query<{ found: boolean }>("select to_regclass($1) is not null as found", [
    table,
  ]);
  return rows[0]?.found === true;
}
