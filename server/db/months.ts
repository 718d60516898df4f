// Months: how the money path is partitioned, closed and archived. They are Shanghai's, like every business day.
import { uuidFloor } from "../kernel/ids.ts";
import { businessDate } from "../kernel/time.ts";

/** A table of the money path: partitioned by range of the UUIDv7 in its key column, with a partition <table>_default. */
export type PartitionedTable = Readonly<{ name: string; key: string }>;

export const partitionedTables: readonly PartitionedTable[] = [
  { name: "ledger.journal", key: "subject_id" },
  { name: "payments.payment", key: "payment_id" },
  { name: "payments.event", key: "payment_id" },
  { name: "payments.refund", key: "refund_id" },
  { name: "arrivals.arrival", key: "payment_id" },
];

/** A month by its name "202611", from its first millisecond to the first of the next. */
export type Month = Readonly<{ name: string; from: Date; to: Date }>;

/** The month in Shanghai that contains a moment, or so many months after it (before it, when negative). */
export function monthOf(now: Date, ahead: number): Month {
  const [year, month] = businessDate(now).split("-").map(Number);
  const first = (offset: number): Date => {
    const months = (year ?? 0) * 12 + (month ?? 1) - 1 + offset;
    const name = `${Math.floor(months / 12)}-${String((months % 12) + 1).padStart(2, "0")}`;
    return new Date(`${name}-01T00:00:00+08:00`);
  };
  const from = first(ahead);
  return { name: businessDate(from).slice(0, 7).replace("-", ""), from, to: first(ahead + 1) };
}

/** The month of this name ("202611"), or null where there is no such month. */
export function monthNamed(name: string): Month | null {
  if (!/^[0-9]{4}(0[1-9]|1[0-2])$/.test(name)) return null;
  return monthOf(new Date(`${name.slice(0, 4)}-${name.slice(4)}-01T00:00:00+08:00`), 0);
}

/** The bounds of a month as ids: the lowest of its first millisecond, and the lowest that is later than the month. */
export function idBounds(month: Month): Readonly<{ from: string; below: string }> {
  return { from: uuidFloor(month.from), below: uuidFloor(month.to) };
}
