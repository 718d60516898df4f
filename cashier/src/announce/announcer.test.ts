import { strict as assert } from "node:assert";
import { test } from "node:test";
import type { ArrivalMessage, SummaryMessage } from "@huiyin/contract/events/arrivals.ts";
import {
  askOutcomesMax,
  type AskMessage,
  type ReceiptMessage,
  type SilenceReason,
} from "@huiyin/contract/events/receipts.ts";
import { speechOf, summarySpeechOf } from "@huiyin/contract/speech.ts";
import type { Said, SaidOutcome } from "../speech/voice.ts";
import { createAnnouncer, type Announcer } from "./announcer.ts";
import type { Notice } from "./desk.ts";

const now = new Date("2026-11-22T10:00:00+08:00");

function arrival(sequence: number): ArrivalMessage {
  const { text, clips } = speechOf({ amountFen: BigInt(sequence * 100), wallet: "alipay" });
  return {
    version: 1,
    kind: "arrival",
    id: `arr_${sequence}`,
    paymentId: `pay_${sequence}`,
    sequence,
    amount: sequence * 100,
    currency: "CNY",
    wallet: "alipay",
    speech: { text, clips: [...clips] },
    paidAt: now.toISOString(),
    sentAt: now.toISOString(),
    expiresAt: new Date(now.getTime() + 60_000).toISOString(),
    settledThrough: 0,
  };
}

function summary(throughSequence: number): SummaryMessage {
  const { text, clips } = summarySpeechOf({ count: 1, totalFen: 100n });
  const { version, currency, sentAt, expiresAt, settledThrough } = arrival(throughSequence);
  return {
    ...{ version, currency, sentAt, expiresAt, settledThrough, kind: "summary", id: "arr_summary" },
    ...{ count: 1, totalAmount: 100, throughSequence, speech: { text, clips: [...clips] } },
  };
}

type World = {
  announcer: Announcer;
  /** Everything that happened, in order: kept, sent, spoken. */
  log: string[];
  kept: Map<string, Notice>;
  silence: SilenceReason | null;
  outcome: SaidOutcome;
  /** What silences the till while a sentence is being spoken. */
  silencedMeanwhile: SilenceReason | null;
  asks: AskMessage[];
  /** What happens between the choice of a sentence and its first sound. */
  beforeSound: () => Promise<void>;
  now: Date;
};

function worldOf(kept: readonly Notice[] = []): World {
  const world: Omit<World, "announcer"> = {
    log: [],
    kept: new Map(kept.map((notice) => [notice.id, notice])),
    silence: null,
    outcome: "heard",
    silencedMeanwhile: null,
    asks: [],
    beforeSound: async () => undefined,
    now,
  };
  const say = async (speech: { text: string }, beforeFirst?: () => Promise<boolean>): Promise<Said> => {
    const ended = { text: speech.text, clips: [], endedAt: now.toISOString() };
    await world.beforeSound();
    if (beforeFirst !== undefined && !(await beforeFirst())) return { ...ended, outcome: "skipped" };
    world.log.push(`speak ${speech.text}`);
    world.silence ??= world.silencedMeanwhile;
    return { ...ended, outcome: world.outcome };
  };
  const announcer = createAnnouncer({
    shelf: {
      put: async (notice) => {
        world.log.push(`keep ${notice.id} ${notice.stage}`);
        world.kept.set(notice.id, notice);
      },
      remove: async (id) => void world.kept.delete(id),
      all: async () => [...world.kept.values()],
    },
    voice: { say },
    now: () => world.now,
    elapsedMs: () => world.now.getTime(),
    send: async (payload: ReceiptMessage | AskMessage) => {
      if (payload.kind === "ask") world.asks.push(payload);
      else
        world.log.push(
          `send ${payload.arrivalId} ${payload.stage}${payload.reason === undefined ? "" : ` ${payload.reason}`}`,
        );
      return true;
    },
    silence: () => world.silence,
    arrived: () => undefined,
  });
  return Object.assign(world, { announcer });
}

/** Lets everything that is under way end: no timer is involved where every receipt is acknowledged. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate);
}

test("each stage is kept before it is told, and “starting” before the first sound", async () => {
  const world = worldOf();
  await world.announcer.receive(arrival(1));
  await settled();
  assert.deepEqual(world.log, [
    "keep arr_1 delivered",
    "send arr_1 delivered",
    "keep arr_1 starting",
    "send arr_1 starting",
    "speak 支付宝收款，一元",
    "keep arr_1 spoken",
    "send arr_1 spoken",
  ]);
});

test("a copy is answered with the stage that is known, and spoken no second time", async () => {
  const world = worldOf();
  await world.announcer.receive(arrival(1));
  await settled();
  world.log.length = 0;
  await world.announcer.receive(arrival(1));
  await settled();
  assert.deepEqual(world.log, ["send arr_1 spoken"]);
});

test("a silent terminal says why, keeps the announcement, and speaks once it can be heard", async () => {
  const world = worldOf();
  world.silence = "muted";
  await world.announcer.receive(arrival(1));
  await settled();
  assert.deepEqual(world.log.slice(2), ["send arr_1 silent muted"]);
  world.announcer.hurry();
  await settled();
  assert.equal(world.log.length, 3, "the same reason is told once");
  world.silence = null;
  world.announcer.hurry();
  await settled();
  assert.ok(world.log.includes("speak 支付宝收款，一元"));
  assert.equal(world.kept.get("arr_1")?.stage, "spoken");
});

test("what became too old while nothing could be heard is asked for again as soon as it could be", async () => {
  const world = worldOf();
  world.silence = "audioLocked";
  await world.announcer.receive(arrival(1));
  await settled();
  world.now = new Date(now.getTime() + 61_000);
  world.announcer.hurry();
  await settled();
  assert.equal(world.kept.get("arr_1")?.stage, "expired");
  assert.equal(world.asks.length, 0, "a sum would not be heard either");
  world.silence = null;
  world.announcer.hurry();
  await settled();
  const told = world.asks.map(({ outcomes }) => outcomes.map(({ arrivalId, stage }) => [arrivalId, stage]));
  assert.deepEqual(told, [[["arr_1", "expired"]]]);
  world.announcer.hurry();
  await settled();
  assert.equal(world.asks.length, 1, "once is enough");
});

test("with a question it gives up what is too old, and begins it no more", async () => {
  const world = worldOf();
  world.beforeSound = async () => {
    world.now = new Date(now.getTime() + 61_000);
    world.beforeSound = async () => undefined;
    await world.announcer.ask();
  };
  await world.announcer.receive(arrival(1));
  await settled();
  assert.deepEqual(
    world.asks[0]?.outcomes.map(({ stage }) => stage),
    ["expired"],
  );
  assert.ok(!world.log.some((line) => line.startsWith("speak")), world.log.join());
});

test("what a summary puts aside is asked for: the platform may have left it to this terminal and not counted it", async () => {
  const world = worldOf();
  world.silence = "muted";
  for (const sequence of [1, 2]) await world.announcer.receive(arrival(sequence));
  await world.announcer.receive(summary(2));
  await settled();
  assert.equal(world.kept.get("arr_1")?.stage, "expired");
  assert.equal(world.asks.length, 0);
  world.silence = null;
  world.announcer.hurry();
  await settled();
  assert.deepEqual(
    world.asks.map(({ outcomes }) => outcomes.map(({ arrivalId, stage }) => `${arrivalId} ${stage}`).sort()),
    [["arr_1 expired", "arr_2 expired", "arr_summary delivered"]],
  );
});

test("what a summary takes in before its first sound is spoken by the summary alone", async () => {
  const world = worldOf();
  world.beforeSound = async () => {
    world.beforeSound = async () => undefined;
    await world.announcer.receive(summary(1));
  };
  await world.announcer.receive(arrival(1));
  await settled();
  assert.deepEqual(
    world.log.filter((line) => line.startsWith("speak")),
    ["speak 离线期间共收款一笔，合计一元"],
  );
});

test("a sentence that came out silent was not spoken", async () => {
  const world = worldOf();
  world.outcome = "silent";
  await world.announcer.receive(arrival(1));
  await settled();
  assert.equal(world.log.at(-1), "send arr_1 interrupted audioFailed");
});

test("a sentence that nobody could measure was not spoken for certain, and the sound is not blamed", async () => {
  const world = worldOf();
  world.outcome = "unproven";
  await world.announcer.receive(arrival(1));
  await settled();
  assert.equal(world.log.at(-1), "send arr_1 interrupted");
  world.announcer.hurry();
  await settled();
  assert.equal(
    world.log.filter((line) => line === "send arr_1 starting").length,
    1,
    "part of it may have been heard",
  );
});

test("a sentence that was turned down while it was spoken says which knob it was", async () => {
  for (const reason of ["muted", "volumeZero"] as const) {
    const world = worldOf();
    world.outcome = "muted";
    world.silencedMeanwhile = reason;
    await world.announcer.receive(arrival(1));
    await settled();
    assert.equal(world.log.at(-1), `send arr_1 interrupted ${reason}`);
  }
});

test("what the page was speaking when it died is interrupted in its next life, and told after connecting", async () => {
  const before = worldOf();
  await before.announcer.receive(arrival(1));
  await settled();
  const died = { ...(before.kept.get("arr_1") as Notice), stage: "starting" as const };
  const world = worldOf([died]);
  await world.announcer.restore();
  world.announcer.hurry();
  await world.announcer.ask();
  await settled();
  assert.ok(!world.log.some((line) => line.startsWith("speak")), world.log.join());
  assert.deepEqual(
    world.asks[0]?.outcomes.map(({ arrivalId, stage }) => [arrivalId, stage]),
    [["arr_1", "interrupted"]],
  );
  assert.ok((world.asks[0]?.outcomes.length ?? 0) <= askOutcomesMax);
});
