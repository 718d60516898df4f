// A virtual terminal alone: node sandbox/terminal/main.ts --platform URL --mqtt URL --storage FILE [--activate CODE].
// or a whole fleet: … --fleet COUNT --key KEY --store STO. It holds its session, speaks to standard output as JSON lines, and takes commands as lines on standard input.
import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { createClock } from "@huiyin/server/platform/clock.ts";
import { silenceReasons, type SilenceReason } from "@huiyin/contract/events/receipts.ts";
import { createDevice, type Device } from "./device.ts";
import { fleetWishOf, runFleet } from "./fleetProgram.ts";
import { recordingSpeaker, type Speaker } from "./speaker.ts";
import { fileStorage } from "./storage.ts";
import { createVirtualTerminal, type VirtualTerminal } from "./virtualTerminal.ts";

const usage = `usage: node sandbox/terminal/main.ts --platform http://127.0.0.1:8080 --mqtt mqtt://127.0.0.1:1883 --storage terminal.json [--activate CODE]
commands on standard input: pay FEN PAYERCODE · mute REASON · unmute · battery PERCENT · offline · online · ask · stop
or a fleet in one process: --platform URL --mqtt URL --fleet 200 --key sk_… --store sto_… [--merchant mer_…] [--seed 1] [--mix steady|rough]`;
const clipMs = 350;

const say = (line: unknown): void => void process.stdout.write(`${JSON.stringify(line)}\n`);

/** The key lies beside the storage; a device without one makes it. */
function deviceAt(path: string): Device {
  try {
    return createDevice(Buffer.from(readFileSync(path, "utf8").trim(), "base64"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    const device = createDevice();
    writeFileSync(path, Buffer.from(device.secretKey).toString("base64"), { mode: 0o600, flag: "wx" });
    return device;
  }
}

/** Says aloud, that is prints, what it begins and what it ends. */
function printingSpeaker(speaker: Speaker): Speaker {
  return {
    played: speaker.played,
    async play(speech, signal) {
      say({ event: "speaking", ...speech });
      await speaker.play(speech, signal);
      say({ event: "spoken", announcementId: speech.announcementId });
    },
  };
}

async function obey(terminal: VirtualTerminal, line: string): Promise<void> {
  const [command = "", first = "", second = ""] = line.trim().split(/\s+/);
  switch (command) {
    case "":
      return;
    case "pay": {
      const payment = {
        amount: Number(first),
        payerCode: second,
        idempotencyKey: randomBytes(12).toString("base64url"),
      };
      return say({ event: "answer", ...(await terminal.pay(payment)) });
    }
    case "mute":
      return terminal.setSilence(
        silenceReasons.find((reason) => reason === first) ?? ("muted" satisfies SilenceReason),
      );
    case "unmute":
      return terminal.setSilence(null);
    case "battery":
      return terminal.setBattery(Number(first));
    case "offline":
      return terminal.goOffline();
    case "online":
      return terminal.connect();
    case "ask":
      return terminal.ask();
    case "stop":
      await terminal.stop();
      return process.exit(0);
    default:
      return say({ event: "unknownCommand", command });
  }
}

const text = { type: "string" } as const;

async function fleetMain(values: Readonly<Record<string, string | undefined>>): Promise<number> {
  const wish = fleetWishOf(values);
  if (wish === null) {
    process.stderr.write(`${usage}\n`);
    return 2;
  }
  const clock = createClock();
  const fleet = await runFleet(clock, wish, say);
  const told = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      told.abort();
      void fleet.stop().then(() => process.exit(0));
    });
  }
  while (!told.signal.aborted) {
    say({ event: "spoken", count: fleet.playedCount() });
    await clock.sleep(tellEveryMs, told.signal).catch(() => undefined);
  }
  return 0;
}

const tellEveryMs = 1_000;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      platform: { type: "string" },
      mqtt: { type: "string" },
      storage: { type: "string" },
      activate: { type: "string" },
      ...{ fleet: text, key: text, store: text, merchant: text, seed: text, mix: text },
    },
  });
  if (values.fleet !== undefined) return fleetMain(values);
  const { platform, mqtt, storage, activate } = values;
  if (platform === undefined || mqtt === undefined || storage === undefined) {
    process.stderr.write(`${usage}\n`);
    return 2;
  }
  const clock = createClock();
  const speaker = printingSpeaker(recordingSpeaker({ now: clock.now, sleep: clock.sleep, clipMs }));
  const terminal = createVirtualTerminal({
    ...{ platformUrl: platform, mqttUrl: mqtt, now: clock.now, speaker },
    device: deviceAt(`${storage}.key`),
    storage: fileStorage(storage),
  });
  if (activate !== undefined) {
    const answer = await terminal.activate(activate);
    say({ event: "activation", ...answer });
    if (answer.status !== 200) return 1;
  }
  if (terminal.terminalId() === null) {
    process.stderr.write("not activated: give --activate CODE\n");
    return 1;
  }
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      void terminal.stop().then(() => process.exit(0));
    });
  }
  createInterface({ input: process.stdin }).on("line", (line) => {
    obey(terminal, line).catch((error: unknown) => say({ event: "failed", problem: String(error) }));
  });
  await terminal.connect();
  say({ event: "connected", terminalId: terminal.terminalId() });
  return 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${usage}\n`);
  process.exitCode = 2;
}
