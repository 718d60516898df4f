// Where a database's files lie: in the data directory, unless the account that runs PostgreSQL cannot get there.
import { createHash, randomBytes } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { canReach, type Account } from "./account.ts";
import { limits } from "./limits.ts";

/** `directory` holds PostgreSQL's files, `data` among them; the password stays in the data directory. */
export type Place = Readonly<{ directory: string; data: string; logFile: string; passwordFile: string }>;

type Pointer = Readonly<{ directory: string; dataDirectory: string }>;

/**
 * Directories for what must be reachable by another account, best first: only those that are safe and usable.
 * Each is created when it is asked for, so take no more than needed.
 */
export function* sharedDirectories(account: Account): Generator<string> {
  for (const path of ["/var/lib/huiyin", "/opt/huiyin", join(tmpdir(), "huiyin-root"), "/tmp/huiyin-root"]) {
    try {
      mkdirSync(path, { recursive: true, mode: 0o755 });
    } catch {
      continue;
    }
    const entry = statSync(path);
    // Somebody else's directory could hand us somebody else's programs.
    if (entry.uid === process.getuid?.() && (entry.mode & 0o022) === 0 && canReach(path, account)) yield path;
  }
}

/**
 * Where PostgreSQL makes its socket: among its files, which nobody else can reach. Null where the path of a socket would
 * be longer than operating systems take, and where PostgreSQL would read more than one directory from it.
 */
export function socketDirectoryOf({ data }: Pick<Place, "data">): string | null {
  if (/[,"]/.test(data)) return null;
  return Buffer.byteLength(join(data, ".s.PGSQL.65535")) <= limits.socketPathBytesMax ? data : null;
}

/**
 * Why no socket can be made in this directory; null where one can. Some file systems that containers and guests share with
 * their host make none, others make them and refuse their permissions, which PostgreSQL sets.
 */
export async function socketTroubleIn(directory: string): Promise<string | null> {
  // Named like PostgreSQL’s own, so that what a kill leaves behind goes with theirs.
  const path = join(directory, ".s.PGSQL.probe");
  const socket = createServer((client) => client.destroy());
  try {
    rmSync(path, { force: true });
    await once(socket.listen(path), "listening");
    chmodSync(path, 0o700);
    await once(connect(path), "connect");
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    socket.close();
  }
}

/** The same, and null too where no socket can be made there, which is told to `log`. */
export async function usableSocketDirectory(
  place: Pick<Place, "data">,
  log: (line: string) => void,
): Promise<string | null> {
  const directory = socketDirectoryOf(place);
  const trouble = directory === null ? null : await socketTroubleIn(directory);
  if (trouble === null) return directory;
  log(`No socket can be made in ${place.data} (${trouble}): the database is reached by the loopback.`);
  return null;
}

/** Where an existing database of this data directory lies; null when it has none yet. Throws when it was copied. */
export function existingPlace(dataDirectory: string): Place | null {
  const pointer = readPointer(dataDirectory);
  if (pointer === null) return null;
  const here = realpathSync(dataDirectory);
  const copied = pointer.dataDirectory !== here && existsSync(pointerFile(pointer.dataDirectory));
  if (copied && pointer.directory !== ownPlace(pointer.dataDirectory)) {
    throw new Error(
      `${here} is a copy of ${pointer.dataDirectory}, whose database lies in ${pointer.directory} and was not ` +
        `copied with it. Start from the original, or remove ${pointerFile(here)} to begin with an empty database.`,
    );
  }
  // Inside the data directory the database moves along with it.
  const inside = pointer.directory === ownPlace(pointer.dataDirectory);
  const place = placeAt(inside ? ownPlace(here) : pointer.directory, here);
  return existsSync(join(place.data, "PG_VERSION")) ? place : null;
}

/** Chooses and records the place of a new database; tells `log` when it is not in the data directory. */
export function newPlace(dataDirectory: string, account: Account | null, log: (line: string) => void): Place {
  const here = realpathSync(dataDirectory);
  const own = ownPlace(here);
  mkdirSync(own, { recursive: true, mode: account === null ? 0o700 : 0o711 });
  const directory = canReach(own, account) ? own : elsewhere(here, account, log);
  const pointer: Pointer = { directory, dataDirectory: here };
  const unfinished = `${pointerFile(here)}.unfinished`;
  writeFileSync(unfinished, JSON.stringify(pointer, null, 2) + "\n", { mode: 0o600 });
  renameSync(unfinished, pointerFile(here));
  return placeAt(directory, here);
}

/** The password of the database's superuser, made on first use; readable by us alone. */
export function passwordOf(place: Place): Readonly<{ password: string; fresh: boolean }> {
  if (existsSync(place.passwordFile)) {
    const password = readFileSync(place.passwordFile, "utf8").trim();
    if (password !== "") return { password, fresh: false };
  }
  const password = randomBytes(24).toString("hex");
  writeFileSync(place.passwordFile, password + "\n", { mode: 0o600 });
  chmodSync(place.passwordFile, 0o600);
  return { password, fresh: true };
}

function elsewhere(dataDirectory: string, account: Account | null, log: (line: string) => void): string {
  const name = createHash("sha256").update(dataDirectory).digest("hex").slice(0, 16);
  const who = account?.name ?? "this user";
  const parent = account === null ? undefined : sharedDirectories(account).next().value;
  if (typeof parent !== "string")
    throw new Error(`No directory was found that the account ${who} can reach.`);
  let directory = join(parent, name);
  for (let number = 2; existsSync(directory); number += 1) {
    // Its data directory was deleted, so it is not wanted now; but it may hold money, so it is not ours to delete.
    log(`An older database in ${directory} is left alone; delete it if nobody needs it.`);
    directory = join(parent, `${name}-${number}`);
  }
  mkdirSync(directory, { mode: 0o711 });
  log(`${dataDirectory} is unreachable for the account ${who}, so the database lies in ${directory}.`);
  return directory;
}

function placeAt(directory: string, dataDirectory: string): Place {
  return {
    directory,
    data: join(directory, "data"),
    logFile: join(directory, "postgres.log"),
    passwordFile: join(dataDirectory, "postgres", "password"),
  };
}

function ownPlace(dataDirectory: string): string {
  return join(dataDirectory, "postgres");
}

function pointerFile(dataDirectory: string): string {
  return join(dataDirectory, "postgres", "place.json");
}

function readPointer(dataDirectory: string): Pointer | null {
  try {
    return JSON.parse(readFileSync(pointerFile(dataDirectory), "utf8")) as Pointer;
  } catch {
    return null;
  }
}
