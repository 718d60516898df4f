// What this device cannot learn the outcome of: it was kept by another terminal on the same browser, or has been unknown
// for too long. A person looks it up in the console; here it is neither sent, nor asked after, nor called unpaid.
import type { Attempt } from "../flowModel.ts";
import type { RefundAttempt } from "../refund/model.ts";
import { withoutCode } from "../resend.ts";
import { createStore, type Store } from "../store.ts";
import { putRecord, readRecords, removeRecord } from "./database.ts";
import { refundRecordOf, type AttemptRecord, type RefundRecord } from "./shelf.ts";

export type Leftover = Readonly<{
  kind: "payment" | RefundAttempt["kind"];
  store: "attempts" | "refunds";
  key: string;
  /** What the console finds it by: our own order or refund number; the payment of a reversal. */
  number: string;
  amountFen: bigint;
  startedAtMs: number;
}>;

export type Leftovers = Readonly<{
  items: Store<readonly Leftover[]>;
  /** Looks at the device again: something may have been left since. */
  reload(): Promise<void>;
  /** A person has looked it up: it is not shown again. */
  checked(leftover: Leftover): Promise<void>;
}>;

type Records = Readonly<{ attempts: readonly unknown[]; refunds: readonly unknown[] }>;

export function createLeftovers(database: IDBDatabase, terminalId: string): Leftovers {
  const items = createStore<readonly Leftover[]>([]);
  const reload = async (): Promise<void> => {
    const attempts = await readRecords(database, "attempts");
    const refunds = await readRecords(database, "refunds");
    items.set(leftIn({ attempts, refunds }, terminalId));
    for (const record of (attempts as AttemptRecord[]).filter((each) => isLeft(each, terminalId)))
      await forgetCode(database, record);
  };
  return {
    items,
    reload,
    checked: async ({ store, key }) => {
      await removeRecord(database, store, key);
      await reload();
    },
  };
}

/** The payments and refunds among these records that a person must look up, oldest first. Pure. */
export function leftIn({ attempts, refunds }: Records, terminalId: string): readonly Leftover[] {
  const payments = (attempts as readonly AttemptRecord[]).filter((record) => isLeft(record, terminalId));
  const back = (refunds as readonly (RefundRecord | RefundAttempt)[])
    .map(refundRecordOf)
    .filter((record) => record.terminalId !== terminalId);
  const left = [
    ...payments.map(({ attempt }) => leftPayment(attempt)),
    ...back.map(({ attempt }) => leftRefund(attempt)),
  ];
  return left.sort((one, other) => one.startedAtMs - other.startedAtMs);
}

const isLeft = (record: AttemptRecord, terminalId: string): boolean =>
  record.terminalId !== terminalId || record.place === "check";

function leftPayment({ key, merchantOrderNo: number, amountFen, startedAtMs }: Attempt): Leftover {
  return { kind: "payment", store: "attempts", key, number, amountFen, startedAtMs };
}

function leftRefund(attempt: RefundAttempt): Leftover {
  const { kind, key, amountFen, startedAtMs } = attempt;
  const number = kind === "refund" ? attempt.merchantRefundNo : attempt.paymentId;
  return { kind, store: "refunds", key, number, amountFen, startedAtMs };
}

/** It is never sent from here any more; its terminal, if this device becomes that one again, only asks after it. */
async function forgetCode(database: IDBDatabase, record: AttemptRecord): Promise<void> {
  if (record.attempt.payerCode === null) return;
  const value = { ...record, attempt: withoutCode(record.attempt) };
  await putRecord(database, "attempts", { key: record.attempt.key, value });
}
