// What somebody is told of a payment is committed by then.
import assert from "node:assert/strict";
import { test } from "node:test";
import { charge, paid } from "../fixtures.ts";
import { applyCommands, type Applied } from "../service.ts";
import { findPayment } from "../store.ts";
import { paymentsBench } from "../testing.ts";
import { planted, told } from "./testing/scene.ts";

test("whoever waits is answered when everybody can read what the answer says, and not before", async () => {
  await using bench = await paymentsBench();
  const payment = await planted(bench);
  const { id, merchantId } = payment;
  const answered: string[] = [];
  let reading = Promise.resolve<string | undefined>("nobody was answered");
  const listener = ({ after }: Applied): void => {
    answered.push(after.state);
    reading = findPayment(bench.db.pg.batch, merchantId, id).then((present) => present?.state);
  };
  // What comes after the answer waits until it has been looked: were that before the COMMIT, it would be seen.
  const arrivals: typeof bench.deps.arrivals = {
    ...bench.deps.arrivals,
    pushArrivals: async () => void (await reading),
  };
  await applyCommands({ ...bench.deps, arrivals }, listener, [told(payment, charge(paid()))]);
  assert.deepEqual(answered, ["succeeded"]);
  assert.equal(await reading, "succeeded");
});
