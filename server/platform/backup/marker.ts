// The mark of a restore under way: as long as it stands, no platform starts on the database.
import type pg from "pg";
import { BackupError } from "./model.ts";

export const markerSchema = "huiyin_restore";

/** Sets the mark, in a transaction of its own, before the first row is loaded. A mark that stands already is kept. */
export async function setMarker(client: pg.ClientBase): Promise<void> {
  await client.query(`create schema if not exists ${markerSchema}`);
}

/** Takes the mark away, with the COMMIT of everything that was loaded. */
export async function removeMarker(client: pg.ClientBase): Promise<void> {
  await client.query(`drop schema ${markerSchema}`);
}

/** Whether a restore was begun here and has not been finished. */
export async function hasMarker(client: pg.ClientBase): Promise<boolean> {
  const { rows } = await client.query<{ found: boolean }>("select to_regnamespace($1) is not null as found", [
    markerSchema,
  ]);
  return rows[0]?.found === true;
}

/** Throws BackupError where the mark stands. */
export async function refuseUnfinishedRestore(client: pg.ClientBase): Promise<void> {
  if (!(await hasMarker(client))) return;
  throw new BackupError({
    zh: "这个数据库上的恢复没有完成，平台不会启动。请再次运行 huiyin restore <备份文件>，它会从头开始。",
    en: "A restore into this database was not finished, so no platform starts on it. Run huiyin restore FILE again; it begins anew.",
  });
}
