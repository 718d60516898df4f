// Terminals at their counters: activated over HTTP, connected over MQTT, each speaking into a microphone that counts.
import type { ActivationCode, Terminal } from "@huiyin/contract/api/terminals.ts";
import { createClock } from "@huiyin/server/platform/clock.ts";
import { createDevice } from "@huiyin/sandbox/terminal/device.ts";
import { inGroups } from "@huiyin/sandbox/terminal/fleet.ts";
import { recordingSpeaker, type Speaker } from "@huiyin/sandbox/terminal/speaker.ts";
import { memoryStorage } from "@huiyin/sandbox/terminal/storage.ts";
import { createVirtualTerminal, type VirtualTerminal } from "@huiyin/sandbox/terminal/virtualTerminal.ts";
import type pg from "pg";
import { idOf } from "@huiyin/server/kernel/ids.ts";
import { ok, send } from "../support/api.ts";
import type { Shop } from "./shop.ts";

export type Counter = Readonly<{ terminalId: string; terminal: VirtualTerminal; speaker: Speaker }>;

export type TerminalsWish = Readonly<{
  count: number;
  platformUrl: string;
  shop: Shop;
  /** By its clock a terminal signs: one that is minutes off is let in nowhere. */
  now: () => Date;
  /** Where this one connects. */
  mqttUrl: (number: number) => string;
}>;

const clipMs = 2;
const activatingMax = 8;
const realTime = createClock();

/** Creates and activates them; none is connected yet. */
export async function putUp(wish: TerminalsWish): Promise<Counter[]> {
  const { count, platformUrl, shop, mqttUrl, now } = wish;
  const { merchantKey, storeId } = shop;
  const post = async <T>(path: string, body?: unknown): Promise<T> =>
    ok(await send<T>(`${platformUrl}${path}`, merchantKey, "POST", { body }));
  const counters: Counter[] = [];
  const numbers = Array.from({ length: count }, (_, index) => index);
  await inGroups(
    numbers,
    async (number) => {
      const form = {
        storeId,
        name: `${number}号收银台`,
        no: `T${number}`,
        kind: "soundbox",
        announce: "own",
      };
      const { id: terminalId } = await post<Terminal>("/v1/terminals", form);
      const { activationCode } = await post<ActivationCode>(`/v1/terminals/${terminalId}/activation-codes`);
      const speaker = recordingSpeaker({ now, sleep: realTime.sleep, clipMs });
      const own = { device: createDevice(), storage: memoryStorage(), speaker, now };
      const terminal = createVirtualTerminal({ platformUrl, mqttUrl: mqttUrl(number), ...own });
      const { status, body } = await terminal.activate(activationCode);
      if (status !== 200) throw new Error(`not activated: ${JSON.stringify(body)}`);
      counters.push({ terminalId, terminal, speaker });
    },
    activatingMax,
  );
  return counters;
}

export type Heard = Readonly<{
  arrivals: number;
  spokenOnce: number;
  /** Recorded as broken off in mid-sentence. */
  interrupted: number;
  /** Recorded as part of a summary. */
  summarised: number;
  problems: readonly string[];
}>;

type Row = Readonly<{ arrival_id: string; terminal_id: string; stage: string; summary_id: string | null }>;

/** Whether everything that is settled in the database was heard as it says, and nothing twice. */
export async function compareHeard(database: pg.Client, counters: readonly Counter[]): Promise<Heard> {
  const { rows } = await database.query<Row>(
    "select arrival_id, terminal_id, stage, summary_id from arrivals.arrival",
  );
  const played = new Map(
    counters.map(({ terminalId, speaker }) => [
      terminalId,
      Map.groupBy(speaker.played, ({ announcementId }) => announcementId),
    ]),
  );
  const problems: string[] = [];
  const tally = { spokenOnce: 0, interrupted: 0, summarised: 0 };
  for (const row of rows) {
    const id = idOf("arr", row.arrival_id);
    const heard = played.get(idOf("trm", row.terminal_id))?.get(id) ?? [];
    if (heard.length > 1) problems.push(`${id}: spoken ${heard.length} times`);
    if (row.stage === "spoken" && heard[0]?.ended === "yes") tally.spokenOnce += 1;
    else if (row.stage === "interrupted") tally.interrupted += 1;
    else if (row.stage === "stale" && row.summary_id !== null) tally.summarised += 1;
    else problems.push(`${id}: ${row.stage} by the database, heard ${heard.length} times`);
  }
  for (const [terminalId, announcements] of played) {
    const known = new Set(
      rows
        .filter((row) => idOf("trm", row.terminal_id) === terminalId)
        .map((row) => idOf("arr", row.arrival_id)),
    );
    const summaries = rows.flatMap(({ summary_id: summary }) =>
      summary === null ? [] : [idOf("arr", summary)],
    );
    for (const id of announcements.keys())
      if (!known.has(id) && !summaries.includes(id))
        problems.push(`${id}: spoken at ${terminalId}, unknown to us`);
  }
  return { arrivals: rows.length, ...tally, problems };
}

/** What is told of it. */
export function heardFigures(heard: Heard): Readonly<Record<string, number>> {
  return {
    arrivals: heard.arrivals,
    "spoken once": heard.spokenOnce,
    "recorded as interrupted": heard.interrupted,
    "part of a summary": heard.summarised,
  };
}

const settledMsMax = 90_000;
const lookMs = 100;

/** Waits until no announcement is waiting or being spoken any more. */
export async function untilSettled(database: pg.Client): Promise<void> {
  const untilMs = performance.now() + settledMsMax;
  while (performance.now() < untilMs) {
    const { rows } = await database.query<{ open: string }>(
      "select count(*) as open from arrivals.arrival where stage in ('accepted', 'delivered', 'speaking')",
    );
    if (rows[0]?.open === "0") return;
    await realTime.sleep(lookMs);
  }
}

/** Connects all of them; resolves when each has asked for what it missed. */
export function connectAll(counters: readonly Counter[]): Promise<void> {
  return inGroups(counters, ({ terminal }) => terminal.connect());
}

export async function switchOff(counters: readonly Counter[]): Promise<void> {
  await Promise.all(counters.map(({ terminal }) => terminal.stop()));
}
