// One proof of identity, whatever carried it: a known terminal, a time near ours, a good signature, a fresh nonce.
import { createPublicKey, verify, type KeyObject } from "node:crypto";
import { isId } from "../../../kernel/ids.ts";
import { refuse, RefusalError, success, type Result } from "../../../kernel/result.ts";
import { addSeconds, rfc3339 } from "../../../kernel/time.ts";
import type { World } from "../../../kernel/world.ts";
import { createBatcher } from "../../../platform/batch.ts";
import { CommitUnknownError } from "../../../platform/pg/errors.ts";
import type { Pg } from "../../../platform/pg/pg.ts";
import { terminalLimits } from "../limits.ts";
import type { TerminalKey } from "../model.ts";
import { keysOf, pruneNonces, spendNonces, type Spend } from "./store.ts";

export type Proof = Readonly<{
  terminalId: string;
  createdSeconds: number;
  nonce: string;
  /** What was signed. */
  message: Uint8Array;
  signature: Uint8Array;
}>;

export type Prover = Readonly<{
  /**
   * The terminal that signed. Refuses terminal_unknown, terminal_suspended, signature_time_off, signature_invalid and
   * signature_replayed; throws RefusalError `unavailable` where the database cannot be asked.
   */
  prove(proof: Proof): Promise<Result<TerminalKey>>;
  /** Forgets nonces that are too old to matter. */
  prune(): Promise<void>;
}>;

/** DER header of an Ed25519 public key (RFC 8410), before its 32 bytes. */
const keyHeader = Buffer.from("302a300506032b6570032100", "hex");

/** One prover a process: callers at the same time share their reads and writes. */
export function createProver(deps: Readonly<{ pg: Pg; world: World }>): Prover {
  const { pg, world } = deps;
  const keys = createBatcher<string, TerminalKey | null>({
    run: async (ids) => {
      const found = await keysOf(pg.batch, [...new Set(ids)]);
      return ids.map((id) => found.get(id) ?? null);
    },
  });
  const spends = createBatcher<Spend, boolean>({
    run: (items) => pg.transaction((tx) => spendNonces(tx, items)),
  });
  const parsed = new Map<string, KeyObject>();

  return {
    async prove(proof) {
      if (!isId("trm", proof.terminalId)) return refuse("terminal_unknown");
      const now = world.now();
      const late = timeProblem(proof.createdSeconds, now);
      if (late !== null) return late;
      const key = await keys.submit(proof.terminalId);
      if (key?.publicKey === null || key === null) return refuse("terminal_unknown");
      if (!(await isSignedBy(keyObject(parsed, key.publicKey), proof))) return refuse("signature_invalid");
      if (key.state === "suspended") return refuse("terminal_suspended");
      const expiresAt = addSeconds(now, terminalLimits.nonceKeepSeconds);
      const { terminalId, nonce } = proof;
      const fresh = await spendOnce(
        spends.submit({ merchantId: key.merchantId, terminalId, nonce, expiresAt }),
      );
      return fresh ? success(key) : refuse("signature_replayed");
    },
    async prune() {
      const { noncesPrunedMax } = terminalLimits;
      // Bounded rounds: what is left is met again by the next call.
      for (let round = 0; round < 20; round += 1) {
        const pruned = await pg.transaction((tx) => pruneNonces(tx, world.now(), noncesPrunedMax));
        if (pruned < noncesPrunedMax) return;
      }
    },
  };
}

function timeProblem(createdSeconds: number, now: Date): Result<never> | null {
  const differenceSeconds = Math.round(createdSeconds - now.getTime() / 1_000);
  const toleranceSeconds = terminalLimits.signatureToleranceSeconds;
  if (Math.abs(differenceSeconds) <= toleranceSeconds) return null;
  return refuse("signature_time_off", { differenceSeconds, toleranceSeconds, serverTime: rfc3339(now) });
}

/** A nonce whose COMMIT is in doubt is lost to the caller, who signs anew; accepting it could accept it twice. */
async function spendOnce(spent: Promise<boolean>): Promise<boolean> {
  try {
    return await spent;
  } catch (error) {
    if (error instanceof CommitUnknownError) throw new RefusalError({ code: "unavailable", facts: {} });
    throw error;
  }
}

function keyObject(parsed: Map<string, KeyObject>, publicKey: Uint8Array): KeyObject {
  const name = Buffer.from(publicKey).toString("base64");
  const known = parsed.get(name);
  if (known !== undefined) return known;
  const key = createPublicKey({ key: Buffer.concat([keyHeader, publicKey]), format: "der", type: "spki" });
  if (parsed.size >= terminalLimits.parsedKeysMax) parsed.clear();
  parsed.set(name, key);
  return key;
}

/** On the thread pool: Ed25519 takes about a quarter of a millisecond. */
function isSignedBy(key: KeyObject, proof: Proof): Promise<boolean> {
  return new Promise((resolve, reject) => {
    verify(null, proof.message, key, proof.signature, (error, good) =>
      error ? reject(error) : resolve(good),
    );
  });
}
