// Keys in force, as this process knows them: many are found with one statement, and what was found is believed for a
// moment, for the server of a busy merchant sends hundreds of requests a second with the same key.
import { createBatcher } from "../../platform/batch.ts";
import { limits } from "../../platform/limits.ts";
import type { Pg } from "../../platform/pg/pg.ts";
import type { Credential } from "./model.ts";
import { findCredentials } from "./store.ts";

export type KeyRing = Readonly<{
  /** Whose key has this hash; null where none has that is in force. Absence is never remembered. */
  holderOf(hash: Buffer): Promise<Credential | null>;
  /** After a key was revoked: from now on it opens nothing in this process, and nothing in others within a second. */
  forget(credentialId: string): void;
}>;

export type KeyRingDeps = Readonly<{
  /** A time that only runs: no clock that is set, back or forward, makes anything last longer. */
  elapsedMs: () => number;
  /** Those among the hashes that are in force, by hash in hex. */
  find: (hashes: readonly Buffer[]) => Promise<ReadonlyMap<string, Credential>>;
}>;

type Known = Readonly<{ credential: Credential; foundAtMs: number }>;

/** The ring of the keys in this database. */
export function openKeyRing({
  pg,
  elapsedMs,
}: Pick<KeyRingDeps, "elapsedMs"> & Readonly<{ pg: Pg }>): KeyRing {
  return createKeyRing({ elapsedMs, find: (hashes) => findCredentials(pg.batch, hashes) });
}

/** One a process. Keeps `rememberedKeysMax` keys at most. */
export function createKeyRing({ elapsedMs, find }: KeyRingDeps): KeyRing {
  const known = new Map<string, Known>();
  let forgotten = 0;
  const lookup = createBatcher({
    run: async (hashes: readonly Buffer[]) => {
      const [foundAtMs, before] = [elapsedMs(), forgotten];
      const found = await find(hashes);
      for (const hash of hashes) known.delete(hash.toString("hex"));
      // What was read before a revocation may be what it ended.
      if (before === forgotten) remember(found, foundAtMs);
      return hashes.map((hash) => found.get(hash.toString("hex")) ?? null);
    },
  });
  const remember = (found: ReadonlyMap<string, Credential>, foundAtMs: number): void => {
    if (known.size + found.size > limits.rememberedKeysMax) known.clear();
    for (const [hash, credential] of found) known.set(hash, { credential, foundAtMs });
  };
  return {
    holderOf: async (hash) => {
      const entry = known.get(hash.toString("hex"));
      if (entry !== undefined && elapsedMs() - entry.foundAtMs < limits.rememberedKeyMs)
        return entry.credential;
      return lookup.submit(hash);
    },
    forget: (credentialId) => {
      forgotten += 1;
      for (const [hash, { credential }] of known) if (credential.id === credentialId) known.delete(hash);
    },
  };
}
