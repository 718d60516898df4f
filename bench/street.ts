// Many virtual terminals in a process of their own: each holds its session, hears what arrives and speaks it. Beside them
// bare connections, for comparison.
import { createPrivateKey } from "node:crypto";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { createDevice } from "@huiyin/sandbox/terminal/device.ts";
import { inGroups } from "@huiyin/sandbox/terminal/fleet.ts";
import { forgetfulSpeaker } from "@huiyin/sandbox/terminal/speaker.ts";
import type { Storage, Stored } from "@huiyin/sandbox/terminal/storage.ts";
import { createVirtualTerminal, type VirtualTerminal } from "@huiyin/sandbox/terminal/virtualTerminal.ts";
import { createClock } from "@huiyin/server/platform/clock.ts";
import { answerQuestions } from "./processes.ts";
import type { ShopTerminal } from "./shops.ts";
import { sharedClockMs } from "./statistics.ts";

export type StreetQuestions = {
  /** Connects these terminals beside those that are connected. */
  connect: (
    wanted: Readonly<{ platformUrl: string; mqttUrl: string; terminals: readonly ShopTerminal[] }>,
  ) => Promise<void>;
  /** Terminals beat as fast as they are acknowledged, so many at the same time. */
  beat: (wanted: Beats) => Promise<Beaten>;
  /** One beat after the other at this pace: how long each takes until it is acknowledged. */
  roundTrips: (wanted: Readonly<{ durationMs: number; perSecond: number }>) => Promise<Float64Array>;
  /** When each announced payment was there for the first time, by `sharedClockMs`, since the last call. */
  heard: (none: null) => ReadonlyMap<string, number>;
  /** Opens so many bare connections beside those that are open. */
  openSockets: (wanted: Readonly<{ port: number; count: number }>) => Promise<void>;
  /** The same as `beat` over bare connections: as many bytes there, four bytes back. */
  echo: (wanted: Beats) => Promise<Beaten>;
};

export type Beats = Readonly<{ durationMs: number; atOnce: number }>;
export type Beaten = Readonly<{ acknowledged: number; lost: number; elapsedMs: number }>;

const clipMs = 2;
/** Longer than the millisecond that tells two beats of a terminal apart. */
const restMs = 2;
/** A beat on the wire, topic and payload. */
const beatBytes = 420;
const clock = createClock();
const terminals: VirtualTerminal[] = [];
const sockets: Socket[] = [];
let heardAtMs = new Map<string, number>();

/** What the device would have kept after its activation. */
function storageOf(terminalId: string): Storage {
  let stored: Stored = { terminalId, entries: [], forgottenThrough: 0 };
  return { load: () => stored, save: (next) => void (stored = next) };
}

function terminalOf(
  { terminalId, deviceKey }: ShopTerminal,
  addresses: Readonly<{ platformUrl: string; mqttUrl: string }>,
): VirtualTerminal {
  const { d: secret = "" } = createPrivateKey(deviceKey).export({ format: "jwk" });
  return createVirtualTerminal({
    ...addresses,
    device: createDevice(Buffer.from(secret, "base64url")),
    now: clock.now,
    // What this process kept of an hour would be collected on the very processors that are measured.
    speaker: forgetfulSpeaker({ sleep: clock.sleep, clipMs }),
    receivedMax: 0,
    storage: storageOf(terminalId),
    heard: (topic, payload) => {
      const { kind, paymentId } = payload as { kind?: string; paymentId?: string };
      if (topic === "arrivals" && kind === "arrival" && paymentId !== undefined && !heardAtMs.has(paymentId))
        heardAtMs.set(paymentId, sharedClockMs());
    },
  });
}

/**
 * So many callers at once, each with members of its own, which it calls in turns. No member is called twice at once, nor
 * again at once: two beats of a terminal in the same millisecond are one row.
 */
async function closedLoop<Member>(
  members: readonly Member[],
  { durationMs, atOnce }: Beats,
  work: (member: Member) => Promise<"acknowledged" | "lost">,
): Promise<Beaten> {
  const startMs = performance.now();
  const callers = Math.min(atOnce, members.length);
  let [acknowledged, lost] = [0, 0];
  const caller = async (_: unknown, place: number): Promise<void> => {
    const own = members.filter((_member, index) => index % callers === place);
    const restedAtMs = own.map(() => startMs);
    for (let turn = 0; performance.now() - startMs < durationMs; turn += 1) {
      const at = turn % own.length;
      const member = own[at];
      if (member === undefined) return;
      if (performance.now() < (restedAtMs[at] ?? 0)) await sleep(restMs);
      if ((await work(member)) === "acknowledged") acknowledged += 1;
      else lost += 1;
      restedAtMs[at] = performance.now() + restMs;
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  return { acknowledged, lost, elapsedMs: performance.now() - startMs };
}

async function roundTrips({ durationMs, perSecond }: Readonly<{ durationMs: number; perSecond: number }>) {
  const startMs = performance.now();
  const times: Array<Promise<number>> = [];
  for (let turn = 0; ; turn += 1) {
    const dueAtMs = startMs + (turn * 1_000) / perSecond;
    if (dueAtMs - startMs >= durationMs) break;
    await sleep(Math.max(0, dueAtMs - performance.now()));
    const terminal = terminals[(turn * 7) % terminals.length];
    if (terminal !== undefined) times.push(terminal.beat().then(() => performance.now() - dueAtMs));
  }
  return Float64Array.from(await Promise.all(times));
}

async function openSocket(port: number): Promise<void> {
  const socket = connect({ host: "127.0.0.1", port, noDelay: true });
  await once(socket, "connect");
  sockets.push(socket);
}

const answers: StreetQuestions = {
  connect: async ({ terminals: wanted, ...addresses }) => {
    const fresh = wanted.map((terminal) => terminalOf(terminal, addresses));
    await inGroups(fresh, (terminal) => terminal.connect());
    terminals.push(...fresh);
  },
  beat: (wanted) => closedLoop(terminals, wanted, (terminal) => terminal.beat()),
  roundTrips,
  heard: () => {
    const heard = heardAtMs;
    heardAtMs = new Map();
    return heard;
  },
  openSockets: ({ port, count }) => inGroups(Array.from({ length: count }), () => openSocket(port)),
  echo: (wanted) => {
    const beat = Buffer.alloc(beatBytes);
    return closedLoop(sockets, wanted, async (socket) => {
      socket.write(beat);
      await once(socket, "data");
      return "acknowledged";
    });
  },
};

answerQuestions(answers, async () => {
  for (const socket of sockets) socket.destroy();
  await inGroups(terminals, (terminal) => terminal.stop());
});
