// Which operating-system account PostgreSQL runs as: it refuses to run as root.
import { readFileSync, statSync } from "node:fs";
import { dirname } from "node:path";

/** An account of the operating system that is not root. */
export type Account = Readonly<{ name: string; uid: number; gid: number }>;

const preferredNames = ["nobody", "postgres", "daemon"];
const systemUidMax = 999;

/** Parses passwd(5) lines; lines that are not accounts are skipped. */
export function parseAccounts(passwd: string): readonly Account[] {
  return passwd.split("\n").flatMap((line) => {
    const [name = "", , uid = "", gid = ""] = line.split(":");
    if (name === "" || !/^\d+$/.test(uid) || !/^\d+$/.test(gid)) return [];
    return [{ name, uid: Number(uid), gid: Number(gid) }];
  });
}

/**
 * The account for PostgreSQL when we are root: `nobody`, else another system account that exists here.
 * A container with a user namespace maps only some ids; an account outside the map cannot be switched to.
 */
export function pickAccount(accounts: readonly Account[], mapped: (id: number) => boolean): Account | null {
  const usable = accounts.filter(
    (account) => account.uid !== 0 && mapped(account.uid) && mapped(account.gid),
  );
  const preferred = preferredNames.flatMap((name) => usable.filter((account) => account.name === name));
  return preferred[0] ?? usable.find((account) => account.uid <= systemUidMax) ?? usable[0] ?? null;
}

/**
 * Null when we are an ordinary user (PostgreSQL then runs as we do), otherwise the account to switch to.
 * An existing database keeps its owner: PostgreSQL insists on owning its files.
 */
export function accountFor(existingData: string | null): Account | null {
  if (process.getuid?.() !== 0) return null;
  const accounts = parseAccounts(readFileSync("/etc/passwd", "utf8"));
  const owner = existingData === null ? null : statSync(existingData);
  const kept = accounts.find((account) => account.uid !== 0 && account.uid === owner?.uid);
  const picked = kept ?? pickAccount(accounts, isMapped);
  if (picked === null) {
    throw new Error(
      "PostgreSQL cannot run as root and no unprivileged account was found in /etc/passwd. " +
        "Run as an ordinary user, or set DATABASE_URL to a PostgreSQL of your own.",
    );
  }
  return picked;
}

/** Whether an account (null: ourselves) may pass through every directory above the path and enter the path itself. */
export function canReach(path: string, account: Account | null): boolean {
  if (account === null) return true;
  for (let current = path; ; current = dirname(current)) {
    if (!mayEnter(current, account)) return false;
    if (dirname(current) === current) return true;
  }
}

function mayEnter(directory: string, account: Account): boolean {
  const entry = statSync(directory, { throwIfNoEntry: false });
  if (entry === undefined) return false;
  if (entry.uid === account.uid) return (entry.mode & 0o100) !== 0;
  if (entry.gid === account.gid) return (entry.mode & 0o010) !== 0;
  return (entry.mode & 0o001) !== 0;
}

function isMapped(id: number): boolean {
  let map: string;
  try {
    map = readFileSync("/proc/self/uid_map", "utf8");
  } catch {
    return true;
  }
  const ranges = map
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number));
  return ranges.some(([first = 0, , count = 0]) => id >= first && id < first + count);
}
