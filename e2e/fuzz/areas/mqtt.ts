// Packets of terminals: messages on every topic that a terminal may write to, topics of others, and bytes that are no packets.
import { connect, type Socket } from "node:net";
import { mqttPassword } from "@huiyin/contract/signature.ts";
import { terminalTopic, topicsFromTerminal, topicsToTerminal } from "@huiyin/contract/events/topics.ts";
import { receiptEvents } from "@huiyin/contract/events/receipts.ts";
import { telemetryEvents } from "@huiyin/contract/events/telemetry.ts";
import { configReportEvents } from "@huiyin/contract/events/config.ts";
import { commandResultEvents } from "@huiyin/contract/events/commands.ts";
import type { Chance } from "../../../sim/random.ts";
import { createTally, shownOf, type Area, type Input } from "../input.ts";
import { fitting, type Schema } from "../fitting.ts";
import { strangeBody, strangeTexts } from "../values.ts";
import type { FuzzWorld, Terminal } from "../world.ts";

const answerMsMax = 10_000;
const idleMs = 3;
const connackBytes = 4;

const schemas: readonly Schema[] = [
  receiptEvents,
  telemetryEvents,
  configReportEvents,
  commandResultEvents,
].flatMap((events) => Object.values(events) as unknown as Schema[]);

export function createMqttArea(world: FuzzWorld, mqttUrl: string): Area {
  const tally = createTally();
  const sessions = new Map<number, Session>();
  return {
    name: "mqtt",
    lanes: world.speakers.length,
    outcomes: tally.counts,
    input: (chance, lane): Input => {
      const terminal = world.speakers[lane] as Terminal;
      const foreign = world.speakers[(lane + 1) % world.speakers.length] as Terminal;
      const kind = chance.weighted({ message: 88, packet: 8, stranger: 4 });
      const bytes =
        kind === "message"
          ? publishPacket(chance, topicOf(chance, { terminal, foreign }), payloadOf(chance, world))
          : kind === "packet"
            ? strangePacket(chance, terminal)
            : strangeConnect(chance, terminal);
      return {
        shown: `${kind} ${shownOf(bytes)}`,
        attempt: async () => {
          if (kind === "stranger") {
            tally.add(`stranger: ${await sayOnce(mqttUrl, bytes)}`);
            return null;
          }
          let session = sessions.get(lane);
          if (session === undefined || session.state() === "closed") {
            session = await openSession(mqttUrl, terminal);
            sessions.set(lane, session);
          }
          tally.add(await session.say(bytes, kind));
          // Half a packet would take the next message for its rest.
          if (kind === "packet") session.close();
          return null;
        },
      };
    },
    close: () => sessions.forEach((session) => session.close()),
  };
}

type Pair = Readonly<{ terminal: Terminal; foreign: Terminal }>;

function topicOf(chance: Chance, { terminal, foreign }: Pair): string {
  const name = chance.pick(topicsFromTerminal);
  if (chance.happens(0.97)) return terminalTopic(terminal.id, name);
  return chance.pick([
    ...[terminalTopic(foreign.id, name), terminalTopic(terminal.id, chance.pick(topicsToTerminal))],
    ...[
      `huiyin/v1/terminals/${terminal.id}/+`,
      "#",
      "$SYS/x",
      "",
      "a\0b",
      "/".repeat(9),
      `huiyin/v1/terminals/${terminal.id}/${name}\0`,
    ],
  ]);
}

function payloadOf(chance: Chance, { ids }: FuzzWorld): Buffer {
  const schema = chance.pick(schemas);
  if (chance.happens(0.03)) return Buffer.from(chance.bytes(chance.integer(0, 300)));
  if (chance.happens(0.03)) return Buffer.from(chance.pick(strangeTexts));
  // Longer ones end the session, which costs a handshake: a few are enough.
  const text = strangeBody(chance, fitting(chance, schema, ids));
  return Buffer.from(text.length > 15_000 && chance.happens(0.95) ? text.slice(0, 15_000) : text);
}

function textBytes(text: string | Buffer): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([Buffer.from([(bytes.length >> 8) & 0xff, bytes.length & 0xff]), bytes]);
}

function packet(first: number, rest: Buffer): Buffer {
  const length: number[] = [];
  let left = rest.length;
  do {
    length.push((left % 128) | (left >= 128 ? 0x80 : 0));
    left = Math.floor(left / 128);
  } while (left > 0);
  return Buffer.concat([Buffer.from([first, ...length]), rest]);
}

function publishPacket(chance: Chance, topic: string, payload: Buffer): Buffer {
  const [first, id] = chance.happens(0.98)
    ? [0x32, 1]
    : chance.pick([
        [0x30, -1],
        [0x34, 1],
        [0x33, 1],
        [0x3a, 1],
        [0x32, 0],
        [0x36, 1],
      ] as const);
  const name = textBytes(topic);
  return packet(first, Buffer.concat([name, ...(id < 0 ? [] : [Buffer.from([0, id])]), payload]));
}

function strangePacket(chance: Chance, terminal: Terminal): Buffer {
  const topic = terminalTopic(terminal.id, "arrivals");
  return chance.pick<() => Buffer>([
    () => Buffer.from(chance.bytes(chance.integer(1, 60))),
    () =>
      Buffer.concat([
        Buffer.from([chance.integer(0, 255), chance.integer(0, 127)]),
        Buffer.from(chance.bytes(chance.integer(0, 127))),
      ]),
    () => Buffer.from([0x32, 0xff, 0xff, 0xff, 0xff]),
    () => Buffer.from([0x32, 0xff, 0xff, 0x7f]),
    () =>
      packet(
        0x82,
        Buffer.concat([
          Buffer.from([0, 1]),
          textBytes(chance.pick(["#", "+", topic, `${topic}/#`, "", "$share/a/#", "a\0"])),
          Buffer.from([chance.pick([0, 1, 2, 3, 0xff])]),
        ]),
      ),
    () =>
      packet(
        0x82,
        Buffer.concat([
          Buffer.from([0, 1]),
          ...Array.from({ length: 300 }, (_, index) =>
            Buffer.concat([textBytes(`t/${index}`), Buffer.from([1])]),
          ),
        ]),
      ),
    () => packet(0xa2, Buffer.concat([Buffer.from([0, 1]), textBytes("#")])),
    () =>
      packet(
        chance.pick([0x40, 0x50, 0x62, 0x70, 0x20, 0x90, 0xb0, 0xd0, 0xf0, 0x00]),
        Buffer.from([0, chance.integer(0, 255)]),
      ),
    () => packet(0x10, Buffer.from("\0\x04MQTT\x04\x02\0\x3c\0\0", "latin1")),
    () => Buffer.from([0xc0, 0x00]),
    () => Buffer.from([0xe0, 0x00]),
    () => packet(0x32, textBytes("\ud800")),
  ])();
}

function strangeConnect(chance: Chance, terminal: Terminal): Buffer {
  const level = chance.pick([3, 4, 5, 0, 255]);
  const flags = chance.pick([0x02, 0xc2, 0xc6, 0xff, 0x00, 0xee, 0x42, 0x82]);
  const parts = [
    textBytes(chance.pick(["MQTT", "MQIsdp", "", "MQTT\0", "x".repeat(300)])),
    Buffer.from([level, flags, 0, chance.pick([0, 60, 255])]),
    ...(level === 5 ? [Buffer.from([0])] : []),
    ...[
      terminal.id,
      chance.pick([terminal.id, "\0", "x".repeat(600), "__proto__"]),
      chance.pick(["v1.0.x.y", "v1.99999999999999999.aaaaaaaaaaaaaaaa.", "x".repeat(5_000), "\ud800", ""]),
    ].map((text) => textBytes(text)),
  ];
  const whole = packet(0x10, Buffer.concat(parts));
  return chance.happens(0.2) ? whole.subarray(0, chance.integer(1, whole.length)) : whole;
}

type Session = Readonly<{
  say(bytes: Buffer, kind: "message" | "packet"): Promise<string>;
  state(): "open" | "closed";
  close(): void;
}>;

function socketOf(mqttUrl: string): Socket {
  const { hostname, port } = new URL(mqttUrl);
  return connect({ host: hostname, port: Number(port), noDelay: true });
}

let nonces = 0;

/** Connects with the terminal’s key, and waits for the word of the broker. */
async function openSession(mqttUrl: string, terminal: Terminal): Promise<Session> {
  nonces += 1;
  const password = await mqttPassword(terminal.key, {
    createdSeconds: Math.floor(Date.now() / 1_000),
    nonce: `fuzz-${process.pid}-mqtt-${nonces}`.padEnd(16, "0"),
  });
  const hello = [
    textBytes("MQTT"),
    Buffer.from([4, 0xc2, 0, 60]),
    ...[terminal.id, terminal.id, password].map((text) => textBytes(text)),
  ];
  const socket = socketOf(mqttUrl);
  let open: "open" | "closed" = "open";
  let wake: ((heard: "answered" | "closed") => void) | null = null;
  let heard = Buffer.alloc(0);
  socket.on("error", () => undefined);
  socket.on("close", () => {
    open = "closed";
    wake?.("closed");
  });
  socket.on("data", (chunk: Buffer) => {
    heard = Buffer.concat([heard, chunk]);
    wake?.("answered");
  });
  /** The next answer or end; or that neither comes for a while, as for packets that have none. */
  const next = (withinMs: number): Promise<"answered" | "closed" | "silent"> =>
    new Promise((resolve) => {
      if (open === "closed") return resolve("closed");
      const timer = setTimeout(() => {
        wake = null;
        resolve("silent");
      }, withinMs);
      wake = (what) => {
        clearTimeout(timer);
        wake = null;
        resolve(what);
      };
    });
  socket.write(packet(0x10, Buffer.concat(hello)));
  let first = await next(answerMsMax);
  while (first === "answered" && heard.length < connackBytes) first = await next(answerMsMax);
  if (first !== "answered" || heard[0] !== 0x20 || heard[3] !== 0)
    throw new Error(`the broker does not let a terminal in: ${first} ${heard.toString("hex")}`);
  return {
    state: () => open,
    close: () => {
      open = "closed";
      socket.destroy();
    },
    say: async (bytes, kind) => {
      heard = Buffer.alloc(0);
      socket.write(bytes);
      // A message that is handled is acknowledged; a bad one ends the session. The rest says nothing.
      const acknowledged = kind === "message" && bytes[0] === 0x32;
      const said = await next(acknowledged ? answerMsMax : idleMs);
      if (acknowledged && said === "silent")
        throw new Error("a message was neither acknowledged nor refused");
      return said;
    },
  };
}

function sayOnce(mqttUrl: string, bytes: Buffer): Promise<string> {
  return new Promise((resolve) => {
    const socket = socketOf(mqttUrl);
    let heard = Buffer.alloc(0);
    socket.on("data", (chunk: Buffer) => (heard = Buffer.concat([heard, chunk])));
    socket.on("error", () => undefined);
    socket.on("close", () => resolve(heard[0] === 0x20 ? `refused ${heard[3]}` : "closed"));
    socket.end(bytes);
  });
}
