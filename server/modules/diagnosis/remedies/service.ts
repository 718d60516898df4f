// Carries remedies out: one at a time, each step on record, verified afterwards, safe to repeat after a crash.
import { roleWords, type Role } from "@huiyin/contract/words.ts";
import { addSeconds } from "../../../kernel/time.ts";
import { refuse, success, type Result } from "../../../kernel/result.ts";
import type { World } from "../../../kernel/world.ts";
import type { Pg } from "../../../platform/pg/pg.ts";
import { causeOf } from "../causes.ts";
import { diagnosisLimits as limits } from "../limits.ts";
import type { Cause, RemedyAction } from "../model.ts";
import { findDiagnosis, findLastRevision, type DiagnosisRow } from "../store.ts";
import { toldFor } from "../variants.ts";
import { openHuabei } from "./openHuabei.ts";
import type { Asker, RemedyHandler, RemedyPorts, RemedySubject } from "./ports.ts";
import { replayArrival } from "./replayArrival.ts";
import { claimRemedy, openRemedies, settleRemedy, type RemedyRow } from "./store.ts";

export type RemedyDeps = Readonly<{ pg: Pg; world: World; ports: RemedyPorts }>;

const handlers: Readonly<Record<RemedyAction, RemedyHandler>> = { openHuabei, replayArrival };

/** Who asks for a remedy, in words that reach the histories. */
export type RemedyCaller = Asker & Readonly<{ role: Role }>;

/**
 * Carries out a remedy of the diagnosis and verifies it. Asking again while it runs, or after it was verified, changes
 * nothing. Refuses `remedy_not_offered`, `remedy_by_people`, `not_allowed`.
 */
export async function carryOut(
  deps: RemedyDeps,
  diagnosis: DiagnosisRow,
  remedyId: string,
  caller: RemedyCaller,
): Promise<Result<null>> {
  const offered = await findOffered(deps, diagnosis, remedyId);
  if (offered === null) return refuse("remedy_not_offered");
  if (offered.action === null) return refuse("remedy_by_people");
  if (!offered.roles.includes(caller.role)) return refuse("not_allowed", roleNames(offered.roles));
  const now = deps.world.now();
  const key = { merchantId: diagnosis.merchantId, diagnosisId: diagnosis.id, remedyId };
  const claim = { actor: caller.actor, now, leaseUntil: addSeconds(now, limits.remedyLeaseSeconds) };
  const claimed = await deps.pg.transaction((tx) => claimRemedy(tx, key, claim));
  if (claimed !== null) await perform(deps, claimed, { ...subjectOf(diagnosis), asker: caller });
  return success(null);
}

/** The remedy as its cause describes it, where the last finding named that cause. */
async function findOffered(
  deps: RemedyDeps,
  diagnosis: DiagnosisRow,
  remedyId: string,
): Promise<Cause["remedies"][number] | null> {
  const revision = await findLastRevision(deps.pg.batch, diagnosis);
  if (revision === null) return null;
  const named = revision.finding.named;
  const listed =
    revision.finding.verdict === "unknown"
      ? revision.finding.causes.slice(0, 1).map((cause) => cause.id)
      : named;
  const offered = listed.flatMap((id) => toldFor(causeOf(id), revision.caseFile).remedies);
  return offered.find((remedy) => remedy.id === remedyId) ?? null;
}

/** The network is outside every transaction; the claim before it and the result after it are two. */
async function perform(deps: RemedyDeps, claimed: RemedyRow, subject: RemedySubject): Promise<void> {
  const outcome = await handlers[claimed.action](deps.ports, subject);
  const at = deps.world.now();
  const ends = {
    verified: { state: "verified", leaseUntil: null },
    failed: { state: "failed", leaseUntil: null },
    // Back on offer: the next round looks again.
    notYet: { state: "offered", leaseUntil: null },
    // It goes on by itself at the channel or at the terminal; the next round after this looks how far it is.
    underWay: { state: "running", leaseUntil: addSeconds(at, limits.remedyRecheckSeconds) },
  } as const;
  const end = { ...ends[outcome.result], actor: subject.asker.actor, facts: outcome.facts, at };
  await deps.pg.transaction((tx) => settleRemedy(tx, claimed, end));
}

function subjectOf(diagnosis: DiagnosisRow): Omit<RemedySubject, "asker"> {
  const { merchantId, paymentId, terminalId } = diagnosis;
  return { merchantId, paymentId, terminalId };
}

/** Kept between rounds: how many of those that could not be helped yet have been looked at already. */
export type RemedyRound = { skipped: number };

/**
 * One round of the platform's own work: automatic remedies (R3) that wait for their moment, and whatever a process
 * that died left running. A round goes on behind what the last one had to pass over. Answers how many were touched;
 * throws, after all others had their turn, the first error that one of them met.
 */
export async function continueRemedies(
  deps: RemedyDeps,
  signal: AbortSignal,
  round: RemedyRound = { skipped: 0 },
): Promise<number> {
  const now = deps.world.now();
  const since = addSeconds(now, -limits.remedyHoursMax * 3_600);
  const wanted = { levels: ["R3"], since, now, limit: limits.remediesLookedAtMax } as const;
  const open = await openRemedies(deps.pg.batch, { ...wanted, skip: round.skipped });
  let [touched, passedOver] = [0, 0];
  const failures: unknown[] = [];
  for (const remedy of open) {
    if (signal.aborted || touched === limits.remediesPerRoundMax) break;
    // One that cannot even be looked at is passed over like one whose moment has not come: others wait behind it.
    const isTouched = await attempt(deps, remedy, now).catch((error: unknown) => {
      failures.push(error);
      return false;
    });
    if (isTouched) touched += 1;
    else passedOver += 1;
  }
  const isEnd = open.length < wanted.limit && touched + passedOver === open.length;
  round.skipped = isEnd ? 0 : round.skipped + passedOver;
  if (failures.length > 0) throw failures[0];
  return touched;
}

/** Whether the moment of the remedy had come, and nobody else had it. */
async function attempt(deps: RemedyDeps, remedy: RemedyRow, now: Date): Promise<boolean> {
  const diagnosis = await findDiagnosis(deps.pg.batch, remedy.diagnosisId);
  if (diagnosis === null || !(await isDue(deps, remedy, diagnosis))) return false;
  const claim = { actor: "platform", now, leaseUntil: addSeconds(now, limits.remedyLeaseSeconds) };
  const claimed = await deps.pg.transaction((tx) => claimRemedy(tx, remedy, claim));
  if (claimed === null) return false;
  await perform(deps, claimed, { ...subjectOf(diagnosis), asker: { source: "operator", actor: "platform" } });
  return true;
}

/** A replay waits for the terminal without leaving a line in the history for every look. */
async function isDue(deps: RemedyDeps, remedy: RemedyRow, diagnosis: DiagnosisRow): Promise<boolean> {
  if (remedy.action !== "replayArrival" || diagnosis.paymentId === null) return true;
  const { merchantId, paymentId } = diagnosis;
  const arrivals = await deps.ports.arrivals(merchantId, paymentId);
  const waiting = arrivals.filter((arrival) => arrival.spokenAt === null);
  if (waiting.length === 0) return true;
  const online = await Promise.all(
    waiting.map((arrival) => deps.ports.isOnline(merchantId, arrival.terminalId)),
  );
  return online.includes("yes");
}

function roleNames(roles: readonly Role[]): Readonly<Record<string, string>> {
  return {
    rolesZh: roles.map((role) => roleWords[role].zh).join("、"),
    rolesEn: roles.map((role) => roleWords[role].en).join(", "),
  };
}
