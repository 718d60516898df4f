// What terminals send, good and bad: a bad message is answered, whatever is in it, and reaches no module.
import assert from "node:assert/strict";
import { test } from "node:test";
import pino from "pino";
import { Type } from "typebox";
import { terminalTopic } from "@huiyin/contract/events/topics.ts";
import { success } from "../../kernel/result.ts";
import { createClock } from "../../platform/clock.ts";
import type { Broker, MessageListener } from "../../platform/mqtt/port.ts";
import { createWorld } from "../../platform/world.ts";
import { createTerminalBus } from "./bus.ts";

const terminalId = `trm_${"0".repeat(32)}`;

/** Says one payload on “telemetry” to a bus that knows the kind “note”; tells what reached the module and what was answered. */
async function said(payload: string): Promise<Readonly<{ handled: unknown[]; answered: string[] }>> {
  const listeners: MessageListener[] = [];
  const answered: string[] = [];
  const handled: unknown[] = [];
  const broker = {
    onSession: () => undefined,
    onMessage: (listener: MessageListener) => void listeners.push(listener),
    sessions: () => new Map(),
    publish: async (_topic: string, text: string) => {
      answered.push((JSON.parse(text) as { code: string }).code);
    },
  } as unknown as Broker;
  const bus = createTerminalBus({
    broker,
    world: createWorld(createClock()),
    log: pino({ level: "silent" }),
  });
  const schema = Type.Object({
    kind: Type.Literal("note"),
    text: Type.String(),
    more: Type.Optional(Type.Unknown()),
  });
  bus.handle("telemetry", { name: "note", schema }, async (_terminalId, heard) => {
    handled.push(heard);
    return success(null);
  });
  const topic = terminalTopic(terminalId, "telemetry");
  for (const listener of listeners) await listener({ topic, payload: Buffer.from(payload) });
  return { handled, answered };
}

test("a message of a known kind reaches its module and is not answered", async () => {
  const { handled, answered } = await said('{"kind":"note","text":"你好"}');
  assert.deepEqual([handled, answered], [[{ kind: "note", text: "你好" }], []]);
});

const deep = 4_000;
const bad: ReadonlyArray<readonly [what: string, payload: string]> = [
  ["no JSON", "{"],
  ["no object", '["note"]'],
  ["a kind that nobody registered", '{"kind":"nothing","text":"x"}'],
  ["a kind that cannot become text", '{"kind":{"toString":1,"valueOf":1},"text":"x"}'],
  ["a kind that looks like a known one as text", '{"kind":["note"],"text":"x"}'],
  ["a kind that is nested without end", `{"kind":${"[".repeat(deep)}${"]".repeat(deep)},"text":"x"}`],
  [
    "a field that is nested without end",
    `{"kind":"note","text":"x","more":${"[".repeat(deep)}${"]".repeat(deep)}}`,
  ],
  ["a character that the database cannot hold", '{"kind":"note","text":"a\\u0000b"}'],
  ["half a character", '{"kind":"note","text":"a\\ud800b"}'],
];
for (const [what, payload] of bad)
  test(`${what} is answered as invalid and reaches no module`, async () => {
    assert.deepEqual(await said(payload), { handled: [], answered: ["message_invalid"] });
  });
