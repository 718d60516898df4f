// The world of a real process: its clock, ids from real randomness, and chance.
import { randomFillSync } from "node:crypto";
import { idOf, uuidV7 } from "../kernel/ids.ts";
import type { World } from "../kernel/world.ts";
import type { Clock } from "./clock.ts";

const bytesPerId = 10;
const bytesPerDraw = 4_000;

/** Random bytes of one id after the other, drawn for some hundreds of them at once: a draw costs more than an id. */
function idBytes(): () => Uint8Array {
  const drawn = new Uint8Array(bytesPerDraw);
  let used = bytesPerDraw;
  return () => {
    if (used === bytesPerDraw) {
      randomFillSync(drawn);
      used = 0;
    }
    used += bytesPerId;
    return drawn.subarray(used - bytesPerId, used);
  };
}

/** Built once in the composition root and handed to everything that needs time, ids or chance. */
export function createWorld(clock: Clock): World {
  const nextBytes = idBytes();
  return {
    now: () => clock.now(),
    newId: (prefix) => idOf(prefix, uuidV7(clock.now(), nextBytes())),
    random: () => Math.random(),
  };
}
