// Reports of terminals: written down in batches, decided by the rules, forgotten when repeated.
import {
  receiptEvents,
  type AskMessage,
  type Outcome,
  type ReceiptMessage,
} from "@huiyin/contract/events/receipts.ts";
import { refuse, success, type Result } from "../../kernel/result.ts";
import { secondsBetween } from "../../kernel/time.ts";
import { createBatcher } from "../../platform/batch.ts";
import type { Tx } from "../../platform/pg/pg.ts";
import { breakOff, decide } from "./decide.ts";
import type { ArrivalsDeps, SilentCaseClosing } from "./deps.ts";
import type { Dispatcher } from "./dispatch/service.ts";
import { arrivalLimits } from "./limits.ts";
import type { Arrival, Receipt, Summary } from "./model.ts";
import { findBrokenOff, lockArrivals, lockSpeaking, saveArrivals } from "./store.ts";
import {
  findBrokenOffSummaries,
  lockSpeakingSummaries,
  lockSummaries,
  saveSummaries,
  settleSummarised,
} from "./summaries/store.ts";

/** Reports of one terminal that belong together: a receipt, or everything that a question carries. */
type Report = Readonly<{
  merchantId: string;
  terminalId: string;
  receipts: readonly Receipt[];
  /** A terminal that asks names everything it is speaking: whatever else had begun has broken off. */
  others: "keepSpeaking" | "breakOff";
}>;

export type Receipts = Readonly<{
  /** Breaks off what was begun so long ago that its terminal must have died, and never came back. */
  sweep(): Promise<void>;
}>;

type Measures = Readonly<{ stage: (stage: string) => void; spokenAfter: (seconds: number) => void }>;
type Deps = Pick<ArrivalsDeps, "pg" | "world" | "log" | "bus" | "terminalOf" | "cases" | "batchTiming"> &
  Readonly<{ measures: Measures }>;

/** Registers the messages of the topic “receipts”. */
export function createReceipts(deps: Deps, dispatcher: Dispatcher): Receipts {
  // Reports of one terminal run in their order; those of others travel together.
  const batcher = createBatcher<Report, readonly string[]>({
    keyOf: (report) => report.terminalId,
    run: (reports) => deps.pg.transaction((tx) => record(deps, tx, reports)),
    ...(deps.batchTiming && { timing: deps.batchTiming }),
  });
  const submit = async (
    terminalId: string,
    report: Pick<Report, "receipts" | "others">,
  ): Promise<readonly string[] | null> => {
    const terminal = await deps.terminalOf(terminalId);
    if (terminal === null) return null;
    return batcher.submit({ merchantId: terminal.merchantId, terminalId, ...report });
  };

  deps.bus.handle<ReceiptMessage>(
    "receipts",
    { name: "receipt", schema: receiptEvents.receipt },
    async (terminalId, message) => {
      const unknown = await submit(terminalId, { receipts: [receiptOf(message)], others: "keepSpeaking" });
      return unknown?.length === 0 ? success(null) : refuseUnknown(unknown ?? [message.arrivalId]);
    },
  );
  deps.bus.handle<AskMessage>(
    "receipts",
    { name: "ask", schema: receiptEvents.ask },
    async (terminalId, message) => {
      const unknown = await submit(terminalId, {
        receipts: message.outcomes.map(receiptOf),
        others: "breakOff",
      });
      if (unknown === null) return refuseUnknown([]);
      await dispatcher.dispatch(terminalId, "asked", stillMeant(message));
      return unknown.length === 0 ? success(null) : refuseUnknown(unknown);
    },
  );

  return {
    async sweep() {
      const now = deps.world.now();
      const before = new Date(now.getTime() - arrivalLimits.speakingSecondsMax * 1_000);
      const wanted = { before, limit: arrivalLimits.brokenOffSizeMax };
      const arrivals = await findBrokenOff(deps.pg.batch, wanted);
      const summaries = await findBrokenOffSummaries(deps.pg.batch, wanted);
      const found = [...arrivals, ...summaries.map((summary) => ({ ...summary, paymentId: null }))];
      for (const { merchantId, terminalId, id, paymentId } of found) {
        const receipt = { arrivalId: id, paymentId, stage: "interrupted", reason: null } as const;
        await batcher.submit({ merchantId, terminalId, receipts: [receipt], others: "keepSpeaking" });
      }
    },
  };
}

/** What the terminal has, and has neither begun nor given up. By its clock there is time: it may begin at any moment. */
function stillMeant({ outcomes }: AskMessage): string[] {
  return outcomes
    .filter(({ paymentId, stage }) => paymentId !== null && (stage === "delivered" || stage === "silent"))
    .map(({ arrivalId }) => arrivalId);
}

function receiptOf(message: Outcome): Receipt {
  const { arrivalId, paymentId, stage, reason = null } = message;
  return { arrivalId, paymentId, stage, reason };
}

function refuseUnknown(arrivalIds: readonly string[]): Result<null> {
  const errors = arrivalIds.slice(0, 10).map((id) => ({ field: "arrivalId", problem: id }));
  const refused = refuse("arrival_unknown");
  return refused.ok ? refused : { ok: false, refusal: { ...refused.refusal, errors } };
}

/**
 * Applies the reports of all merchants together: each has few at a time. Answers for each the arrival ids that its
 * terminal does not have.
 */
async function record(deps: Deps, tx: Tx, reports: readonly Report[]): Promise<string[][]> {
  const unknown = new Map<Report, string[]>(reports.map((report) => [report, []]));
  const asking = reports.filter(({ others }) => others === "breakOff");
  await recordArrivals(deps, tx, { reports, asking, unknown });
  const begun = asking.length > 0 ? await lockSpeakingSummaries(tx, asking) : [];
  // Few reports are about summaries, so these go merchant by merchant.
  const merchantIds = new Set(begun.map(({ merchantId }) => merchantId));
  for (const { merchantId, receipts } of reports)
    if (receipts.some(({ paymentId }) => paymentId === null)) merchantIds.add(merchantId);
  for (const merchantId of [...merchantIds].sort()) {
    const isOwn = (one: Readonly<{ merchantId: string }>): boolean => one.merchantId === merchantId;
    const own = { merchantId, begun: begun.filter(isOwn), reports: reports.filter(isOwn), unknown };
    await recordSummaries(deps, tx, own);
  }
  return reports.map((report) => unknown.get(report) ?? []);
}

type Recording = Readonly<{
  reports: readonly Report[];
  /** Those of them that name everything their terminal is speaking. */
  asking: readonly Report[];
  unknown: ReadonlyMap<Report, string[]>;
}>;

async function recordArrivals(deps: Deps, tx: Tx, { reports, asking, unknown }: Recording): Promise<void> {
  const now = deps.world.now();
  const keys = reports.flatMap(({ merchantId, terminalId, receipts }) =>
    receipts.flatMap(({ paymentId }) => (paymentId === null ? [] : [{ merchantId, paymentId, terminalId }])),
  );
  // An id of a payment or a terminal is nobody else’s: without the merchant it says enough here.
  const keyed = (one: Readonly<{ paymentId: string; terminalId: string }>): string =>
    `${one.paymentId} ${one.terminalId}`;
  const locked = keys.length > 0 ? await lockArrivals(tx, keys) : [];
  const begun = asking.length > 0 ? await lockSpeaking(tx, asking) : [];
  const before = new Map([...begun, ...locked].map((arrival) => [keyed(arrival), arrival]));
  const after = new Map(before);
  for (const report of reports) {
    const { terminalId, receipts, others } = report;
    const named = new Set(receipts.map(({ arrivalId }) => arrivalId));
    for (const receipt of receipts) {
      if (receipt.paymentId === null) continue;
      const key = keyed({ paymentId: receipt.paymentId, terminalId });
      const arrival = after.get(key);
      if (arrival?.id === receipt.arrivalId) after.set(key, decide(arrival, receipt, now));
      else unknown.get(report)?.push(receipt.arrivalId);
    }
    if (others === "keepSpeaking") continue;
    for (const arrival of begun.filter((one) => one.terminalId === terminalId && !named.has(one.id))) {
      after.set(keyed(arrival), breakOff(arrival, now));
    }
  }
  const changed = [...after]
    .filter(([key, arrival]) => before.get(key) !== arrival)
    .map(([, arrival]) => watched(arrival));
  if (changed.length === 0) return;
  await saveArrivals(tx, changed);
  for (const arrival of changed) measure(deps, arrival);
  const heardLate = changed.filter(({ stage, unheardAt }) => stage === "spoken" && unheardAt !== null);
  await closeCases(deps, tx, heardLate);
}

/** Heard: nobody has to watch over it any more. */
function watched(arrival: Arrival): Arrival {
  return arrival.stage === "spoken" ? { ...arrival, watchAt: null } : arrival;
}

type SummaryRecording = Pick<Recording, "reports" | "unknown"> &
  Readonly<{ merchantId: string; begun: readonly Summary[] }>;

async function recordSummaries(
  deps: Deps,
  tx: Tx,
  { merchantId, begun, reports, unknown }: SummaryRecording,
): Promise<void> {
  const now = deps.world.now();
  const ids = reports.flatMap(({ receipts }) =>
    receipts.flatMap((one) => (one.paymentId === null ? [one.arrivalId] : [])),
  );
  const locked = ids.length > 0 ? await lockSummaries(tx, merchantId, ids) : [];
  const before = new Map([...begun, ...locked].map((summary) => [summary.id, summary]));
  const after = new Map(before);
  for (const report of reports) {
    const named = new Set(report.receipts.map(({ arrivalId }) => arrivalId));
    for (const receipt of report.receipts.filter(({ paymentId }) => paymentId === null)) {
      const summary = after.get(receipt.arrivalId);
      if (summary?.terminalId === report.terminalId) after.set(summary.id, decide(summary, receipt, now));
      else unknown.get(report)?.push(receipt.arrivalId);
    }
    if (report.others === "keepSpeaking") continue;
    for (const summary of begun.filter((one) => one.terminalId === report.terminalId && !named.has(one.id))) {
      after.set(summary.id, breakOff(summary, now));
    }
  }
  const changed = [...after.values()].filter((summary) => before.get(summary.id) !== summary);
  if (changed.length === 0) return;
  await saveSummaries(tx, merchantId, changed);
  const spoken = changed.filter(({ stage }) => stage === "spoken").map(({ id }) => id);
  if (spoken.length === 0) return;
  const heard = await settleSummarised(tx, merchantId, spoken);
  await closeCases(
    deps,
    tx,
    heard.filter(({ unheard }) => unheard === "yes").map(({ paymentId }) => ({ merchantId, paymentId })),
  );
}

async function closeCases(
  deps: Deps,
  tx: Tx,
  heard: ReadonlyArray<Readonly<{ merchantId: string; paymentId: string }>>,
): Promise<void> {
  if (heard.length === 0) return;
  const closings = heard.map(({ merchantId, paymentId }): SilentCaseClosing => ({
    merchantId,
    kind: "silentArrival",
    subjectId: paymentId,
    by: "system",
    resolution: "终端已补报这笔到账，自动关闭。 / Announced after all; closed by itself.",
  }));
  await deps.cases.closeCases(tx, closings);
}

function measure(deps: Deps, arrival: Arrival): void {
  deps.measures.stage(arrival.stage);
  if (arrival.stage === "spoken" && arrival.spokenAt !== null) {
    deps.measures.spokenAfter(Math.max(0, secondsBetween(arrival.acceptedAt, arrival.spokenAt)));
  }
  const { id, paymentId, terminalId, stage } = arrival;
  deps.log.info(
    { event: "arrival_stage", arrivalId: id, paymentId, terminalId, stage },
    "an announcement moved on",
  );
}
