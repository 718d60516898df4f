// The faults that lie in the books: what they change, how they are healed, and that another repair heals them too.
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { test } from "node:test";
import { unwrap } from "@huiyin/server/kernel/result.ts";
import { rich, testWorld, type TestWorld } from "../alipay/fixtures.ts";
import { faultOf, faults } from "./catalogue.ts";

const stateOf = (made: TestWorld, id: string): string | undefined =>
  made.world.faults.list().find((fault) => fault.id === id)?.state;

//  fault        paid with   sub-code                                     paid with another means
const rows: ReadonlyArray<readonly [string, "huabei" | "balance", string, "works" | "fails"]> = [
  ["C-MCH-01", "huabei", "ACQ.NO_PAYMENT_INSTRUMENTS_AVAILABLE", "works"],
  ["C-PAY-03", "huabei", "ACQ.NO_PAYMENT_INSTRUMENTS_AVAILABLE", "works"],
  ["C-PAY-04", "huabei", "ACQ.NO_PAYMENT_INSTRUMENTS_AVAILABLE", "works"],
  ["C-PAY-02", "balance", "ACQ.BUYER_ENABLE_STATUS_FORBID", "fails"],
  ["C-ACC-02", "balance", "ACQ.SELLER_BEEN_BLOCKED", "fails"],
];

for (const [id, funding, subCode, other] of rows) {
  test(`${id}: ${funding} gets ${subCode}, another means ${other}, healed it pays`, async () => {
    const made = testWorld();
    unwrap(made.world.changeWallet(made.wallet.id, { funding }));
    made.fault(id);
    assert.equal(stateOf(made, id), "on");
    assert.equal((await made.pay("a1")).node["sub_code"], subCode);
    unwrap(made.world.changeWallet(made.wallet.id, { funding: "card:1" }));
    assert.equal((await made.pay("a2")).node["code"], other === "works" ? "10000" : "40004");
    unwrap(made.world.changeWallet(made.wallet.id, { funding }));
    unwrap(made.world.faults.switchOff(id, null));
    assert.equal(stateOf(made, id), "off");
    assert.equal((await made.pay("a3")).node["code"], "10000");
    assert.deepEqual(made.world.problems(), []);
  });
}

test("a fault is planted where told, and healing it spares whoever was in that condition before", async () => {
  const made = testWorld();
  const frozen = unwrap(made.world.openWallet({ ...rich, name: "小雅", state: "frozen" }));
  assert.equal(stateOf(made, "C-PAY-02"), "off", "a payer frozen by nature is no planted fault");
  made.fault("C-PAY-02", { walletId: made.wallet.id });
  unwrap(made.world.faults.switchOff("C-PAY-02", null));
  assert.equal(made.world.book.wallets.get(made.wallet.id)?.state, "normal");
  assert.equal(made.world.book.wallets.get(frozen.id)?.state, "frozen");
  made.fault("C-PAY-02");
  unwrap(made.world.faults.switchOff("C-PAY-02", null));
  assert.equal(made.world.book.wallets.get(frozen.id)?.state, "frozen");
});

test("opening the product through the back office heals C-MCH-01", () => {
  const made = testWorld();
  made.fault("C-MCH-01");
  unwrap(made.world.changeMerchant(made.merchant.appId, { product: { code: "huabei", state: "open" } }));
  assert.equal(stateOf(made, "C-MCH-01"), "off");
});

test("a fault planted in nobody is refused", () => {
  const made = testWorld();
  const { switchOn } = made.world.faults;
  const scope = {
    appId: null,
    walletId: "wal_9999",
    operations: null,
    remaining: null,
    delayMs: null,
    untilMs: null,
  };
  assert.equal(switchOn("C-PAY-02", scope).ok, false);
  assert.equal(switchOn("C-XYZ-01", scope).ok, false);
  assert.equal(made.world.faults.switchOff("__proto__", null).ok, false);
});

test("every file of a fault is in the catalogue, under an id of its own and in both languages", () => {
  const helpers = ["catalogue.ts", "model.ts", "panel.ts", "switches.ts"];
  const files = readdirSync(import.meta.dirname).filter(
    (name) => !name.includes(".test.") && !helpers.includes(name),
  );
  assert.equal(files.length, faults.length);
  assert.equal(faultOf.size, faults.length);
  for (const { title, changes } of faults) {
    for (const text of [title, changes]) {
      assert.match(text.zh, /\p{Script=Han}/u);
      assert.doesNotMatch(text.en, /\p{Script=Han}/u);
    }
  }
});
