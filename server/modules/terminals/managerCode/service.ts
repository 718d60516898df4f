// The manager’s code of a store (店长码): set by its merchant, asked for before a terminal gives money back.
import { createHmac, scrypt, timingSafeEqual } from "node:crypto";
import type { BaseLogger } from "pino";
import { assert } from "../../../kernel/assert.ts";
import { refuse, success, unwrap, type Result } from "../../../kernel/result.ts";
import { rfc3339 } from "../../../kernel/time.ts";
import type { World } from "../../../kernel/world.ts";
import { sqlStateOf } from "../../../platform/pg/errors.ts";
import type { Pg } from "../../../platform/pg/pg.ts";
import { countAttempt, leftOf, type Counting } from "./decide.ts";
import {
  findStanding,
  forgive,
  lockManagerCode,
  putManagerCode,
  saveCounting,
  type ManagerCodeStanding,
  type Proof,
  type StoreKey,
} from "./store.ts";

export type ManagerCodeDeps = Readonly<{
  pg: Pg;
  world: World;
  log: BaseLogger;
  /** So many random bytes, good for secrets. */
  randomBytes: (count: number) => Uint8Array;
  /** A key of this purpose alone. Six digits are too few to be safe behind a hash by themselves. */
  managerCodeKey: Uint8Array;
}>;

export type ManagerCodes = Readonly<{
  /** Puts a code of six digits in place of any earlier one and ends a lock. Refuses not_found (the store). */
  set(key: StoreKey, code: string, actor: string): Promise<Result<ManagerCodeStanding>>;
  /**
   * Whether this is the code of the store. Call it outside any transaction: every attempt is counted in its own.
   * Refuses manager_code_missing, manager_code_wrong { left } and manager_code_locked { until, minutes }.
   */
  verify(asked: StoreKey & Readonly<{ terminalId: string; code: string }>): Promise<Result<null>>;
  /** Null where none is set. */
  standingOf(key: StoreKey): Promise<ManagerCodeStanding | null>;
}>;

const foreignKeyViolation = "23503";
/** Some 40 ms and 16 MiB for each attempt. */
const scryptCost = { N: 16_384, r: 8, p: 1 } as const;
const proofBytes = 32;
const saltBytes = 16;

export function createManagerCodes(deps: ManagerCodeDeps): ManagerCodes {
  return {
    set: (key, code, actor) => setCode(deps, key, code, actor),
    verify: (asked) => verifyCode(deps, asked),
    standingOf: ({ merchantId, storeId }) => deps.pg.tenant(merchantId, (tx) => findStanding(tx, storeId)),
  };
}

const demoCode = "246810";

/** Makes sure that the demo store has a code; one that a person set stays. Returns the code that it came with. */
export async function ensureDemoManagerCode(codes: ManagerCodes, key: StoreKey): Promise<string> {
  if ((await codes.standingOf(key)) === null) unwrap(await codes.set(key, demoCode, "demo"));
  return demoCode;
}

async function setCode(
  deps: ManagerCodeDeps,
  key: StoreKey,
  code: string,
  actor: string,
): Promise<Result<ManagerCodeStanding>> {
  const salt = deps.randomBytes(saltBytes);
  const proof: Proof = { salt, codeHash: await hashOf(deps, code, salt) };
  const setAt = deps.world.now();
  try {
    await deps.pg.transaction((tx) => putManagerCode(tx, key, { ...proof, actor, setAt }));
  } catch (error) {
    if (sqlStateOf(error) === foreignKeyViolation) return refuse("not_found", { what: key.storeId });
    throw error;
  }
  deps.log.info({ event: "manager_code_set", ...idsOf(key), actor }, "a manager's code was set");
  return success({ setAt, lockedUntil: null });
}

async function verifyCode(
  deps: ManagerCodeDeps,
  asked: StoreKey & Readonly<{ terminalId: string; code: string }>,
): Promise<Result<null>> {
  const now = deps.world.now();
  const counted = await deps.pg.transaction(async (tx) => {
    const known = await lockManagerCode(tx, asked);
    if (known === null) return null;
    const attempt = countAttempt(known, now);
    if (attempt.kind === "compare") await saveCounting(tx, asked, attempt.counting);
    return { known, attempt };
  });
  if (counted === null) return refuse("manager_code_missing");
  const { known, attempt } = counted;
  const ids = { ...idsOf(asked), terminalId: asked.terminalId };
  if (attempt.kind === "locked") {
    deps.log.info({ event: "manager_code_refused", ...ids, reason: "locked" }, "tried while locked");
    return lockedUntil(attempt.until, now);
  }
  if (!timingSafeEqual(await hashOf(deps, asked.code, known.salt), known.codeHash)) {
    const left = leftOf(attempt.counting);
    deps.log.warn({ event: "manager_code_refused", ...ids, reason: "wrong", left }, "wrong manager's code");
    return wrong(attempt.counting, now);
  }
  await deps.pg.transaction((tx) => forgive(tx, asked, known.salt));
  return success(null);
}

function wrong(counting: Counting, now: Date): Result<never> {
  if (counting.lockedUntil !== null) return lockedUntil(counting.lockedUntil, now);
  return refuse("manager_code_wrong", { left: leftOf(counting) });
}

function lockedUntil(until: Date, now: Date): Result<never> {
  const retryAfterSeconds = Math.max(1, Math.ceil((until.getTime() - now.getTime()) / 1_000));
  const minutes = Math.ceil(retryAfterSeconds / 60);
  return refuse("manager_code_locked", { until: rfc3339(until), minutes, retryAfterSeconds });
}

function idsOf({ merchantId, storeId }: StoreKey): StoreKey {
  return { merchantId, storeId };
}

/** scrypt in the thread pool, over the keyed code. */
async function hashOf(
  { managerCodeKey }: ManagerCodeDeps,
  code: string,
  salt: Uint8Array,
): Promise<Uint8Array> {
  assert(/^\d{6}$/.test(code), "a manager's code has six digits");
  const keyed = createHmac("sha256", managerCodeKey).update(code).digest();
  return new Promise((resolve, reject) => {
    scrypt(keyed, salt, proofBytes, scryptCost, (error, hash) => (error ? reject(error) : resolve(hash)));
  });
}
