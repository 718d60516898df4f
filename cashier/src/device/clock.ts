// The platform's clock as this device knows it: the browser's, corrected by what the platform last said.
// Signatures and receipts carry its time; how long something takes is measured by the browser alone.

export type PlatformClock = Readonly<{
  now(): Date;
  /** Takes over a time that the platform has just named. */
  learn(serverTime: string): void;
}>;

export function createPlatformClock(): PlatformClock {
  let aheadMs = 0;
  return {
    now: () => new Date(Date.now() + aheadMs),
    learn: (serverTime) => {
      const serverMs = Date.parse(serverTime);
      if (Number.isFinite(serverMs)) aheadMs = serverMs - Date.now();
    },
  };
}

/** The platform's time in the words with which it refuses a signature; null where there is none. */
export function serverTimeIn(detail: string): string | null {
  return /\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})/.exec(detail)?.[0] ?? null;
}
