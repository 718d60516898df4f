// kill -9 of an external broker under load, with hundreds of terminals: what arrived is spoken once, or recorded as broken off.
import pg from "pg";
import { randomInt } from "node:crypto";
import { startBroker } from "../broker.ts";
import { othersText, perSecond, toldOf, wordless, type Row, type Say } from "../report.ts";
import type { Stages } from "../stages.ts";
import { compareHeard, connectAll, heardFigures, putUp, switchOff, untilSettled } from "../terminals.ts";

export type BrokerWish = Readonly<{
  kills: number;
  terminals: number;
  desks: number;
  acknowledgementsMax: number;
  stages: Stages;
  say: Say;
}>;

const killMsMax = 10_000;

/** Restarts the broker so often. */
export async function brokerKills(wish: BrokerWish): Promise<Row> {
  const { kills, terminals, desks, acknowledgementsMax, say } = wish;
  await using broker = await startBroker();
  await using stage = await wish.stages.lend({ environment: broker.environment });
  await broker.restart(stage.server());
  const { shop } = stage;
  const mqttUrl = (): string => `mqtt://127.0.0.1:${broker.port}`;
  const place = { platformUrl: stage.server().url, shop, now: stage.now, mqttUrl };
  const fleet = await wish.stages.times.during("terminals", () => putUp({ count: terminals, ...place }));
  say(`${fleet.length} terminals are activated`);
  const database = new pg.Client({ connectionString: stage.databaseUrl() });
  await database.connect();
  try {
    await wish.stages.times.during("terminals", () => connectAll(fleet));
    say("all are connected");
    stage.counters.takeAt(fleet.map(({ terminalId }) => terminalId));
    const over = new AbortController();
    const running = stage.counters.run({ desks, signal: over.signal, broken: "reconnect" });
    for (let kill = 1; kill <= kills; kill += 1) {
      await stage.counters.acknowledgements(randomInt(1, acknowledgementsMax), killMsMax);
      await broker.restart(stage.server());
      say(`kill ${kill}/${kills}`);
    }
    await stage.counters.acknowledgements(acknowledgementsMax, killMsMax);
    over.abort();
    const shift = await running;
    const { counted, problems } = toldOf([await stage.compare()]);
    await untilSettled(database);
    const heard = await compareHeard(database, fleet);
    return {
      name: "broker",
      what: `kill -9 of the broker ${kills} times, with ${terminals} terminals`,
      figures: {
        "load, restarts included": perSecond(shift.acknowledged, shift.elapsedMs),
        "other answers": othersText([shift.others]),
        ...heardFigures(heard),
        ...counted,
      },
      problems: [...problems, ...heard.problems, ...wordless([shift.others])],
    };
  } finally {
    await switchOff(fleet);
    await database.end();
  }
}
