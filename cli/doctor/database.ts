// The database of an installation, opened to read: the running one, the operator’s own, or the embedded one, started
// for the occasion as a command does and stopped again.
import type { Localized } from "@huiyin/contract/words.ts";
import { openAccount } from "@huiyin/server/modules/merchants/vault.ts";
import { countPlatformConnections, readMigrationsOf } from "@huiyin/server/platform/backup/catalog.ts";
import { withSession } from "@huiyin/server/platform/backup/session.ts";
import type { Config } from "@huiyin/server/platform/config.ts";
import { createLog } from "@huiyin/server/platform/log.ts";
import { databaseRoles } from "@huiyin/server/platform/pg/connection.ts";
import { openPg } from "@huiyin/server/platform/pg/pg.ts";
import { urlOf } from "@huiyin/server/platform/postgres/connection.ts";
import { findPostmaster } from "@huiyin/server/platform/postgres/orphan.ts";
import { passwordOf } from "@huiyin/server/platform/postgres/place.ts";
import { startPostgres } from "@huiyin/server/platform/postgres/supervisor.ts";
import { createVault, type Vault } from "@huiyin/server/platform/secrets.ts";
import { idOf } from "@huiyin/server/kernel/ids.ts";
import type { ChannelCode } from "@huiyin/contract/words.ts";
import type pg from "pg";
import { migrationState } from "./migrations.ts";
import type { ChannelAccountFound, CurrentDatabase, Installation, OpenDatabase } from "./model.ts";

type Found = Readonly<{ url: string; stop(): Promise<void> }>;

/** Where the database answers, or why it is not asked. Starts the embedded one where it is stopped. */
export async function findDatabase(
  installation: Installation,
  config: Config,
  say: (line: string) => void,
): Promise<Found | Readonly<{ skipped: Localized }>> {
  const url = config.databaseUrl ?? installation.running?.urls.database ?? null;
  const left = async (): Promise<void> => undefined;
  if (url !== null) return { url, stop: left };
  const { place, claimedBy } = installation;
  if (place === null) return { skipped: { zh: "还没有数据库", en: "there is no database yet" } };
  if (claimedBy !== null)
    return { skipped: { zh: "平台正在启动或停止", en: "the platform is starting or stopping" } };
  const orphan = findPostmaster(place.data);
  if (orphan !== null) {
    const { password } = passwordOf(place);
    // By the loopback, where all listen: one that an older release left behind has no socket.
    return { url: urlOf({ port: orphan.port, password, socketDirectory: null }, "huiyin"), stop: left };
  }
  return startPostgres({ dataDirectory: installation.dataDirectory, log: say });
}

/** Opens it and tells what it holds, within read-only transactions. Throws where it does not answer. */
export function examineDatabase(
  url: string,
  installation: Installation,
  work: (database: OpenDatabase, current: CurrentDatabase | null) => Promise<void>,
): Promise<void> {
  return withSession(url, async (client) => {
    await client.query("set default_transaction_read_only = on");
    const migrations = migrationState(await readMigrationsOf(client));
    const connections = await countPlatformConnections(client);
    const inUse = installation.running !== null || connections > 0;
    const database: OpenDatabase = { client, migrations, use: inUse ? "inUse" : "idle" };
    const isCurrent =
      migrations.age === "used" && migrations.conflict === null && migrations.pending.length === 0;
    if (!isCurrent) return work(database, null);
    await client.query(`set role ${databaseRoles.owner}`);
    const opened = openPg({ url, log: createLog({ level: "silent" }) });
    try {
      const accounts = await readAccounts(client, installation);
      await work(database, { ...database, pg: opened, accounts });
    } finally {
      await opened.close();
    }
  });
}

async function readAccounts(
  client: pg.ClientBase,
  { masterKey }: Installation,
): Promise<ChannelAccountFound[]> {
  const { rows } = await client.query<{ merchant: string; channel: ChannelCode; sealed: string }>(
    `select merchant_id as merchant, channel, config_sealed as sealed from merchants.channel_account
     where state = 'active' order by merchant_id, channel`,
  );
  const vault = masterKey === null ? null : createVault([masterKey]);
  return rows.map(({ merchant, channel, sealed }) => {
    const key = { merchantId: idOf("mer", merchant), channel };
    return { ...key, keyId: sealed.split(".")[1] ?? "", account: vault && opened(vault, key, sealed) };
  });
}

function opened(
  vault: Vault,
  key: Readonly<{ merchantId: string; channel: ChannelCode }>,
  sealed: string,
): ChannelAccountFound["account"] {
  try {
    return openAccount(vault, key, sealed);
  } catch {
    return null;
  }
}
