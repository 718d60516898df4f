// The conformance suite: what every channel must do, whatever its wire. For tests only.
// It runs a channel against a world with books of its own, and believes the books, not the channel.
import { test } from "node:test";
import { requestOf, type ConformanceDeps } from "./testing/scenario.ts";
import { scenarios, whyNotAsked } from "./testing/scenarios.ts";

/** Declares one test per rule of the port for this channel in this world; what the network lacks is reported as skipped. */
export function conformance(deps: ConformanceDeps): void {
  const { channel } = deps;
  for (const [name, payer, run, needed] of scenarios) {
    const lacking = needed === undefined ? null : whyNotAsked(channel.manifest, needed);
    if (lacking !== null) {
      test(`${channel.manifest.code}: ${name} (not asked: ${lacking})`, { skip: lacking });
      continue;
    }
    test(`${channel.manifest.code}: ${name}`, async () => {
      const world = await deps.makeWorld();
      try {
        await run({ channel, world, request: await requestOf(world, payer) });
      } finally {
        await world.stop();
      }
    });
  }
}
