// The world of a real process: its clock, ids from real randomness, and chance.
import { randomBytes } from "node:crypto";
import { idOf, uuidV7 } from "../kernel/ids.ts";
import type { World } from "../kernel/world.ts";
import type { Clock } from "./clock.ts";

/** Built once in the composition root and handed to everything that needs time, ids or chance. */
export function createWorld(clock: Clock): World {
  return {
    now: () => clock.now(),
    newId: (prefix) => idOf(prefix, uuidV7(clock.now(), randomBytes(10))),
    random: () => Math.random(),
  };
}
