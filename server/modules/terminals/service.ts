// What people and devices do with terminals: create, activate, change.
import { ed25519 } from "@noble/curves/ed25519.js";
import type { BaseLogger } from "pino";
import { refuse, success, type Result } from "../../kernel/result.ts";
import { addSeconds } from "../../kernel/time.ts";
import type { World } from "../../kernel/world.ts";
import { sqlStateOf } from "../../platform/pg/errors.ts";
import { notify, type Pg, type Tx } from "../../platform/pg/pg.ts";
import { activationCodeOf, hashOfActivationCode } from "./activationCode.ts";
import { terminalLimits } from "./limits.ts";
import type { AnnounceRule, Terminal, TerminalKind } from "./model.ts";
import {
  bindKey,
  findTerminal,
  insertTerminal,
  lockActivation,
  lockTerminal,
  putActivation,
  saveTerminal,
  useActivation,
  type Activation,
} from "./store.ts";

/** Tells every process that a terminal changed: its session is refreshed or ended where it is held. */
export const terminalChangedChannel = "huiyin_terminal_changed";

export type TerminalDeps = Readonly<{
  pg: Pg;
  world: World;
  log: BaseLogger;
  /** So many random bytes, good for secrets. */
  randomBytes: (count: number) => Uint8Array;
}>;

export type NewTerminal = Readonly<{
  merchantId: string;
  storeId: string;
  name: string;
  no: string;
  kind: TerminalKind;
  announce: AnnounceRule;
}>;

/** A terminal as one party may name it: `merchantId` null is the operator, who may name any. */
export type TerminalKeyOf = Readonly<{ terminalId: string; merchantId: string | null }>;

const foreignKeyViolation = "23503";
const uniqueViolation = "23505";

/** Refuses not_found (the store) and terminal_no_used. */
export async function createTerminal(deps: TerminalDeps, wanted: NewTerminal): Promise<Result<Terminal>> {
  const terminal: Terminal = {
    ...wanted,
    id: deps.world.newId("trm"),
    state: "created",
    suspendedBy: null,
    model: null,
    appVersion: null,
    revision: 1,
    createdAt: deps.world.now(),
    activatedAt: null,
  };
  try {
    const added = await deps.pg.transaction((tx) => insertTerminal(tx, terminal));
    return added ? success(terminal) : refuse("terminal_no_used", { no: wanted.no });
  } catch (error) {
    if (sqlStateOf(error) === foreignKeyViolation) return refuse("not_found", { what: wanted.storeId });
    throw error;
  }
}

/**
 * A fresh code, shown once; earlier codes of the terminal end. An active terminal may be activated again: the device
 * was exchanged or lost its key. Refuses not_found and terminal_suspended.
 */
export async function issueActivationCode(
  deps: TerminalDeps,
  key: TerminalKeyOf,
  actor: string,
): Promise<Result<Readonly<{ activationCode: string; expiresAt: Date }>>> {
  const activationCode = activationCodeOf(deps.randomBytes(terminalLimits.activationCodeBytes));
  const createdAt = deps.world.now();
  const expiresAt = addSeconds(createdAt, terminalLimits.activationCodeMinutes * 60);
  return deps.pg.transaction(async (tx) => {
    const terminal = await lockTerminal(tx, key);
    if (terminal === null) return refuse("not_found", { what: key.terminalId });
    if (terminal.state === "suspended") return refuse("terminal_suspended");
    await putActivation(tx, {
      terminal,
      codeHash: hashOfActivationCode(activationCode),
      expiresAt,
      actor,
      createdAt,
    });
    return success({ activationCode, expiresAt });
  });
}

export type Device = Readonly<{ publicKey: Uint8Array; model: string | null; appVersion: string | null }>;

/**
 * Binds a device. The same device with the same code again is answered the same: its first answer was lost.
 * Refuses activation_code_invalid, activation_code_expired, device_key_invalid and device_key_used.
 */
export async function activateTerminal(
  deps: TerminalDeps,
  code: string,
  device: Device,
): Promise<Result<Terminal>> {
  if (!isUsableKey(device.publicKey)) return refuse("device_key_invalid");
  const codeHash = hashOfActivationCode(code);
  try {
    return await deps.pg.transaction(async (tx) => {
      const activation = await lockActivation(tx, codeHash);
      if (activation === null) return refuse("activation_code_invalid");
      if (activation.expiresAt < deps.world.now()) {
        return refuse("activation_code_expired", { validMinutes: terminalLimits.activationCodeMinutes });
      }
      if (activation.usedAt !== null) return repeatedActivation(tx, activation, device);
      return bindDevice(deps, tx, { activation, device, codeHash });
    });
  } catch (error) {
    // Two devices with one key at the same moment: the constraint decides.
    if (sqlStateOf(error) === uniqueViolation) return refuse("device_key_used");
    throw error;
  }
}

async function repeatedActivation(tx: Tx, activation: Activation, device: Device): Promise<Result<Terminal>> {
  const { publicKey, terminalId } = activation;
  const same = publicKey !== null && Buffer.from(publicKey).equals(device.publicKey);
  const terminal = same ? await findTerminal(tx, { terminalId, merchantId: null }) : null;
  return terminal === null ? refuse("activation_code_invalid") : success(terminal);
}

async function bindDevice(
  deps: TerminalDeps,
  tx: Tx,
  binding: Readonly<{ activation: Activation; device: Device; codeHash: Uint8Array }>,
): Promise<Result<Terminal>> {
  const { activation, device, codeHash } = binding;
  const now = deps.world.now();
  const before = await lockTerminal(tx, { terminalId: activation.terminalId, merchantId: null });
  if (before === null) return refuse("activation_code_invalid");
  if (before.state === "suspended") return refuse("terminal_suspended");
  const { model, appVersion } = device;
  const revision = before.revision + 1;
  const terminal: Terminal = { ...before, state: "active", activatedAt: now, model, appVersion, revision };
  if (!(await bindKey(tx, terminal, device.publicKey))) return refuse("device_key_used");
  await useActivation(tx, codeHash, now);
  await notify(tx, terminalChangedChannel, terminal.id);
  deps.log.info(
    { event: "terminal_activated", terminalId: terminal.id, merchantId: terminal.merchantId },
    "activated",
  );
  return success(terminal);
}

export type TerminalChange = Readonly<{
  state: "active" | "suspended" | null;
  name: string | null;
  announce: AnnounceRule | null;
  /** Whose wish it is: what the operator suspended, only the operator resumes. */
  by: "operator" | "merchant";
}>;

/** Suspends, resumes, renames. Refuses not_found, terminal_not_activated and terminal_stopped_by_operator. */
export async function changeTerminal(
  deps: TerminalDeps,
  key: TerminalKeyOf,
  change: TerminalChange,
): Promise<Result<Terminal>> {
  return deps.pg.transaction(async (tx) => {
    const before = await lockTerminal(tx, key);
    if (before === null) return refuse("not_found", { what: key.terminalId });
    if (change.state !== null && before.state === "created") return refuse("terminal_not_activated");
    const lifted = before.state === "suspended" && change.state === "active";
    if (lifted && change.by === "merchant" && before.suspendedBy !== "merchant")
      return refuse("terminal_stopped_by_operator");
    const state = change.state ?? before.state;
    const terminal: Terminal = {
      ...before,
      state,
      suspendedBy: state === "suspended" ? suspenderOf(before, change) : null,
      name: change.name ?? before.name,
      announce: change.announce ?? before.announce,
      revision: before.revision + 1,
    };
    await saveTerminal(tx, terminal);
    await notify(tx, terminalChangedChannel, terminal.id);
    const { id: terminalId } = terminal;
    deps.log.info(
      { event: "terminal_changed", terminalId, state, announce: terminal.announce },
      "terminal changed",
    );
    return success(terminal);
  });
}

/** Who suspends it: the first who did, unless the operator takes it over. */
function suspenderOf(before: Terminal, { state, by }: TerminalChange): Terminal["suspendedBy"] {
  if (before.state !== "suspended") return by;
  return state === "suspended" && by === "operator" ? "operator" : before.suspendedBy;
}

/** A point of the curve, and not one of the few with which anything can be signed. */
function isUsableKey(publicKey: Uint8Array): boolean {
  try {
    return !ed25519.Point.fromBytes(publicKey).isSmallOrder();
  } catch {
    return false;
  }
}
