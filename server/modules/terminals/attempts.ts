// Counts wrong activation codes per address, so that codes cannot be tried one after the other.
import type { World } from "../../kernel/world.ts";
import { terminalLimits } from "./limits.ts";

export type Attempts = Readonly<{
  /** Seconds to wait before the next attempt from this address; 0 when it may try now. */
  waitSeconds(address: string): number;
  failed(address: string): void;
}>;

/** In memory: each process counts for itself, and a restart forgives. */
export function createAttempts(deps: Readonly<{ world: Pick<World, "now"> }>): Attempts {
  const windows = new Map<string, { startedAtMs: number; failures: number }>();
  const windowMs = terminalLimits.activationWindowSeconds * 1_000;
  const present = (address: string): { startedAtMs: number; failures: number } | null => {
    const window = windows.get(address);
    return window !== undefined && deps.world.now().getTime() - window.startedAtMs < windowMs ? window : null;
  };
  return {
    waitSeconds(address) {
      const window = present(address);
      if (window === null || window.failures < terminalLimits.activationFailuresMax) return 0;
      return Math.max(1, Math.ceil((window.startedAtMs + windowMs - deps.world.now().getTime()) / 1_000));
    },
    failed(address) {
      const window = present(address);
      if (window !== null) {
        window.failures += 1;
        return;
      }
      if (windows.size >= terminalLimits.activationAddressesMax) windows.clear();
      windows.set(address, { startedAtMs: deps.world.now().getTime(), failures: 1 });
    },
  };
}
