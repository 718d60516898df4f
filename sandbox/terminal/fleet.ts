// Many virtual terminals in one process, each with a behaviour of its own.
import type { Clock } from "@huiyin/server/platform/clock.ts";
import type { Behaviour } from "./behaviour.ts";
import type { Speaker } from "./speaker.ts";
import type { VirtualTerminal } from "./virtualTerminal.ts";

export type Member = Readonly<{ terminal: VirtualTerminal; speaker: Speaker; behaviour: Behaviour }>;

export type Fleet = Readonly<{
  members: readonly Member[];
  /** Connects all, at most `connectingMax` at a time. Resolves when every one has asked for what it missed. */
  connect(): Promise<void>;
  /** Lets every member flap and fall silent as its behaviour says; resolves when all are connected and can be heard. */
  misbehave(): Promise<void>;
  /** Announcements that were played to the end, over all. */
  playedCount(): number;
  stop(): Promise<void>;
}>;

/** More at once are a storm that no shop street makes, and a queue at the one processor of a test. */
const connectingMax = 32;

export function createFleet(
  deps: Readonly<{ clock: Pick<Clock, "sleep"> }>,
  members: readonly Member[],
): Fleet {
  const stopping = new AbortController();
  return {
    members,
    connect: () => inGroups(members, (member) => member.terminal.connect()),
    misbehave: async () => {
      await Promise.all(members.map((member) => live(deps, member, stopping.signal)));
    },
    playedCount: () =>
      members.reduce(
        (sum, { speaker }) => sum + speaker.played.filter(({ ended }) => ended === "yes").length,
        0,
      ),
    async stop() {
      stopping.abort();
      await Promise.all(members.map(({ terminal }) => terminal.stop()));
    },
  };
}

async function live(
  { clock }: Readonly<{ clock: Pick<Clock, "sleep"> }>,
  { terminal, behaviour }: Member,
  signal: AbortSignal,
): Promise<void> {
  const { silent, flaps } = behaviour;
  const hears = async (): Promise<void> => {
    if (silent === null) return;
    terminal.setSilence(silent.reason);
    await clock.sleep(silent.forMs, signal);
    terminal.setSilence(null);
  };
  const holds = async (): Promise<void> => {
    for (const { afterMs, offlineMs } of flaps) {
      await clock.sleep(afterMs, signal);
      await terminal.goOffline();
      await clock.sleep(offlineMs, signal);
      await terminal.connect();
    }
  };
  await Promise.all([hears(), holds()]).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}

/** Works on all items, so many of them at a time. */
export async function inGroups<Item>(
  items: readonly Item[],
  work: (item: Item) => Promise<unknown>,
  atOnce = connectingMax,
): Promise<void> {
  const waiting = items.values();
  const worker = async (): Promise<void> => {
    for (const item of waiting) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
}
