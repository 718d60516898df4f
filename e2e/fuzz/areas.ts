// The areas of the fuzzing, and how many of a hundred inputs each of them has.
import { createBillsArea } from "./areas/bills.ts";
import { createBytesArea } from "./areas/bytes.ts";
import { createCallbacksArea } from "./areas/callbacks.ts";
import { createCodesArea } from "./areas/codes.ts";
import { createHttpArea } from "./areas/http.ts";
import { createMqttArea } from "./areas/mqtt.ts";
import { createPagesArea } from "./areas/pages.ts";
import { createTextsArea } from "./areas/texts.ts";
import { createWebhooksArea } from "./areas/webhooks.ts";
import type { Area, AreaName } from "./input.ts";
import type { Judge } from "./judge.ts";
import type { Recorded } from "./recorder.ts";
import type { FuzzWorld } from "./world.ts";

export type AreaDeps = Readonly<{
  world: FuzzWorld;
  mqttUrl: string;
  judge: Judge;
  recorded: readonly Recorded[];
}>;

/** Those that go over the network take some milliseconds each, the others far less: all together a minute of one processor. */
export const shares: Readonly<Record<AreaName, number>> = {
  ...{ http: 7, bytes: 1, callbacks: 4, mqtt: 5, pages: 1 },
  ...{ webhooks: 14, codes: 26, bills: 3, texts: 39 },
};

export const makers: Readonly<Record<AreaName, (deps: AreaDeps) => Area>> = {
  http: ({ world, judge }) => createHttpArea(world, judge),
  bytes: ({ world, judge }) => createBytesArea(world, judge),
  callbacks: ({ world, judge, recorded }) => createCallbacksArea(world, judge, recorded),
  mqtt: ({ world, mqttUrl }) => createMqttArea(world, mqttUrl),
  pages: ({ world, judge }) => createPagesArea(world, judge),
  webhooks: () => createWebhooksArea(),
  codes: () => createCodesArea(),
  bills: () => createBillsArea(),
  texts: () => createTextsArea(),
};
