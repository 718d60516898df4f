// Two hundred terminals in one process: each payment is spoken once at its own terminal, whatever the terminals do.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { sql } from "kysely";
import { parseSpeech } from "@huiyin/contract/speech.ts";
import { behavioursOf, roughMix, steadyMix, type Behaviour } from "./behaviour.ts";
import { createFleet, inGroups, type Member } from "./fleet.ts";
import { openShop, realTime, until, type Bench, type Shop } from "./fixtures.ts";

const payingMax = 6;

let shop: Shop;
before(async () => {
  shop = await openShop();
});
after(() => shop.stop());

test("a seed makes the fleet: the same one again, another one for another seed, and each share in it", () => {
  assert.deepEqual(behavioursOf(7, 50, roughMix), behavioursOf(7, 50, roughMix));
  assert.deepEqual(behavioursOf(7, 20, roughMix), behavioursOf(7, 50, roughMix).slice(0, 20));
  assert.notDeepEqual(behavioursOf(7, 50, roughMix), behavioursOf(8, 50, roughMix));
  const many = behavioursOf(1, 2_000, roughMix);
  const share = (has: (one: Behaviour) => boolean): number => (many.filter(has).length * 100) / many.length;
  const near = (value: number, wanted: number): boolean => Math.abs(value - wanted) < 4;
  assert.ok(
    near(
      share(({ flaps }) => flaps.length > 0),
      roughMix.flapping,
    ),
  );
  assert.ok(
    near(
      share(({ silent }) => silent?.reason === "muted"),
      roughMix.muted,
    ),
  );
  assert.ok(
    near(
      share(({ silent }) => silent?.reason === "volumeZero"),
      (roughMix.volumeZero * 90) / 100,
    ),
  );
  for (const { flaps, silent } of behavioursOf(1, 50, steadyMix))
    assert.deepEqual([flaps, silent], [[], null]);
});

test("two hundred terminals that flap, are muted or slow: every arrival is spoken once, in order", async () => {
  const count = 200;
  const rounds = 3;
  const behaviours = behavioursOf(20_261_122, count, roughMix);
  const benches: Bench[] = [];
  for (const { clipMs } of behaviours) benches.push(await shop.terminal({ clipMs }));
  const members = benches.map(({ terminal, speaker }, index): Member => ({
    terminal,
    speaker,
    behaviour: behaviours[index]!,
  }));
  const fleet = createFleet({ clock: realTime }, members);
  await fleet.connect();
  const calm = fleet.misbehave();
  for (let round = 1n; round <= rounds; round += 1n) {
    // No more at once than a test's few connections to the database bear.
    const orders = benches.map(({ terminalId }, index) => ({
      terminalId,
      fen: BigInt(index + 1) * 100n + round,
    }));
    await inGroups(orders, ({ terminalId, fen }) => shop.pay(terminalId, fen), payingMax);
  }
  await calm;
  await until(() => fleet.playedCount() >= count * rounds);
  await until(async () => {
    const left = await sql<{ n: bigint }>`
      select count(*) as n from arrivals.arrival where stage <> 'spoken'`.execute(shop.pg.batch);
    return left.rows[0]?.n === 0n;
  });
  for (const [index, { speaker }] of benches.entries()) {
    const amounts = speaker.played.map(({ clips }) => parseSpeech(clips)?.amountFen);
    const own = BigInt(index + 1) * 100n;
    assert.deepEqual(amounts, [own + 1n, own + 2n, own + 3n], `terminal ${index}`);
  }
  await fleet.stop();
});
