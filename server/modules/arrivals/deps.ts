// Everything the arrivals module needs from outside, handed in by the composition root.
import type { BaseLogger } from "pino";
import type { World } from "../../kernel/world.ts";
import type { BatchTiming } from "../../platform/batch.ts";
import type { Metrics } from "../../platform/metrics.ts";
import type { Pg, Tx } from "../../platform/pg/pg.ts";
import type { TerminalBus, Terminal } from "../terminals/index.ts";

/** Something a person has to look at; noticing it again opens nothing. */
export type SilentCase = Readonly<{
  merchantId: string;
  kind: "silentArrival";
  subjectId: string;
  paymentId: string;
  facts: Readonly<Record<string, string | number>>;
}>;

/** It was heard after all: the case closes by itself. */
export type SilentCaseClosing = Readonly<{
  merchantId: string;
  kind: "silentArrival";
  subjectId: string;
  by: string;
  resolution: string;
}>;

export type CasesPort = Readonly<{
  openCases(tx: Tx, cases: readonly SilentCase[]): Promise<void>;
  /** Closes those that are open; all others are left as they are. */
  closeCases(tx: Tx, closings: readonly SilentCaseClosing[]): Promise<void>;
}>;

export type ArrivalsDeps = Readonly<{
  pg: Pg;
  world: World;
  log: BaseLogger;
  metrics: Pick<Metrics, "counter" | "histogram">;
  bus: TerminalBus;
  terminalOf: (terminalId: string) => Promise<Terminal | null>;
  cases: CasesPort;
  /** When batches start: in real time where absent; events of its own in the simulation. */
  batchTiming?: BatchTiming;
}>;
