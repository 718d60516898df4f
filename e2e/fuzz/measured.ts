// Reads something here and says how long the processor took: what waits for the processor is no stall of ours.

/** More than this in one go would keep every other payment waiting. */
const cpuMsMax = 1_000;

export type Measured<Value> = Readonly<{ value: Value | null; problem: string | null }>;

/** The value, or that it threw or took too long. */
export function measured<Value>(read: () => Value): Measured<Value> {
  const before = process.threadCpuUsage();
  try {
    const value = read();
    return { value, problem: slow(before) };
  } catch (error) {
    return { value: null, problem: thrown(error) };
  }
}

/** The same of something that ends later. What others did meanwhile counts too. */
export async function measuredLater<Value>(
  read: () => Promise<Value>,
  mayReject: "yes" | "no",
): Promise<Measured<Value>> {
  const before = process.threadCpuUsage();
  try {
    const value = await read();
    return { value, problem: slow(before) };
  } catch (error) {
    return { value: null, problem: mayReject === "yes" ? slow(before) : thrown(error) };
  }
}

function slow(before: NodeJS.CpuUsage): string | null {
  const { user, system } = process.threadCpuUsage(before);
  const ms = Math.round((user + system) / 1_000);
  return ms > cpuMsMax ? `it took ${ms} ms of the processor` : null;
}

function thrown(error: unknown): string {
  return `it threw ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}
