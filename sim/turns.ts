// The one place where the simulation touches real time: it waits for real work (SQL, RSA) to end, and gives up on work
// that never does. Nothing of it enters the simulated world.

const stuckAfterMs = 60_000;

/** Lets every promise that can go on go on. */
export function turn(): Promise<void> {
  // eslint-disable-next-line no-restricted-globals -- real work ends in real time; virtual time stands still meanwhile
  return new Promise((resolve) => setImmediate(resolve));
}

/** What `promise` becomes, or an error that names the work when it takes a minute: then something waits for itself. */
export async function unlessStuck(promise: Promise<void>, describe: () => string): Promise<void> {
  const { promise: stuck, reject } = Promise.withResolvers<never>();
  const timer = globalThis.setTimeout(() => {
    reject(new Error(`the simulation is stuck: ${describe()}`));
  }, stuckAfterMs);
  try {
    await Promise.race([promise, stuck]);
  } finally {
    clearTimeout(timer);
  }
}
