import assert from "node:assert/strict";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { unwrap } from "@huiyin/server/kernel/result.ts";
import { testWorld } from "./alipay/fixtures.ts";
import type { WorldState } from "./world/state.ts";
import { openJournal } from "./journal.ts";

const directory = fs.mkdtempSync(join(tmpdir(), "huiyin-journal-"));
after(() => fs.rmSync(directory, { recursive: true, force: true }));

/** A journal as a running sandbox would have left it: one line per decision. */
async function written(name: string): Promise<{ path: string; state: WorldState }> {
  const path = join(directory, name);
  const made = testWorld();
  made.fault("C-PAY-04");
  made.fault("slow", { remaining: 3, delayMs: 1 });
  made.fault("request-after-cancel", { operations: ["pay"], remaining: 1 });
  await made.pay("held");
  await made.pay("paid");
  await made.pay("refused", { total_amount: "9999.00" });
  const journal = openJournal(path);
  for (const event of made.recorded) journal.record([event]);
  journal.close();
  return { path, state: made.world.state };
}

test("what was recorded is there again, also after the file was rewritten, also with maps, sets and big numbers", async () => {
  const { path, state } = await written("whole");
  for (let start = 0; start < 3; start += 1) {
    const journal = openJournal(path);
    assert.deepEqual(journal.state, state);
    journal.close();
    assert.equal(fs.readFileSync(path, "utf8").trimEnd().split("\n").length, 1, "rewritten as one snapshot");
  }
});

test("a file cut at any byte opens, and holds exactly the decisions whose lines are whole", async () => {
  const { path } = await written("cut");
  const bytes = fs.readFileSync(path);
  const lineEnds = [...bytes.entries()].filter(([, byte]) => byte === 10).map(([index]) => index);
  const cutPath = join(directory, "cut-copy");
  for (let cut = lineEnds[0] ?? 0; cut <= bytes.length; cut += 97) {
    fs.writeFileSync(cutPath, bytes.subarray(0, cut));
    const journal = openJournal(cutPath);
    journal.close();
    const whole = lineEnds.filter((end) => end < cut).at(-1) ?? -1;
    fs.writeFileSync(cutPath, bytes.subarray(0, whole + 1));
    const expected = openJournal(cutPath);
    expected.close();
    assert.deepEqual(journal.state, expected.state);
  }
});

test("records go on after a torn line was dropped", async () => {
  const { path } = await written("torn");
  fs.appendFileSync(path, '{"events":[{"kind":"codeSp');
  const journal = openJournal(path);
  journal.record([{ kind: "faultSwitchedOff", faultId: "slow" }]);
  journal.close();
  const again = openJournal(path);
  assert.equal(again.state.switches.has("slow"), false);
  again.close();
});

test("damage in the middle and a foreign format stop the start with a sentence that says what to do", async () => {
  const { path } = await written("damaged");
  const lines = fs.readFileSync(path, "utf8").split("\n");
  lines[2] = "{";
  fs.writeFileSync(path, lines.join("\n"));
  assert.throws(() => openJournal(path), /line 3 is damaged; move the file away/);
  fs.writeFileSync(path, '{"format":"huiyin-sandbox-journal","version":99,"snapshot":{}}\n');
  assert.throws(() => openJournal(path), /another version/);
});

test("refunds, codes that wait for a scan and ordered answers are there again", async () => {
  const path = join(directory, "refunds");
  const made = testWorld();
  await made.pay("a1");
  await made.refund("a1", "r1", "2.00", { refund_reason: "尺码不合" });
  const order = { out_trade_no: "a2", total_amount: "8.00", subject: "拿铁" };
  const { node } = await made.call("alipay.trade.precreate", order);
  unwrap(
    made.world.answers.order("alipay.trade.refund", {
      subCode: "ACQ.SYSTEM_ERROR",
      times: 2,
      outTradeNos: ["a1"],
      appId: null,
      effect: "none",
    }),
  );
  const journal = openJournal(path);
  for (const event of made.recorded) journal.record([event]);
  journal.close();
  const again = openJournal(path);
  again.close();
  assert.deepEqual(again.state, made.world.state);
  const { trades, offers } = again.state.book;
  assert.deepEqual(
    [...trades.values()].map(({ refunds }) => refunds.length),
    [1],
  );
  assert.deepEqual([...offers.keys()], [node["qr_code"]]);
  assert.equal(again.state.answers.get("refund")?.remaining, 2);
});

test("a file of the first version opens with what has been added since", async () => {
  const { path } = await written("first");
  openJournal(path).close();
  const added =
    /"(enabledChannels|instalments|mode|refunds|refund|withheldFen|huabeiInstalment)":("\w+"|null|\[\]|\{"\$fen":"0"\}),?|"offer\w*":\{"\$map":\[\]\},?/g;
  const old = fs.readFileSync(path, "utf8").replace('"version":2', '"version":1').replaceAll(added, "");
  assert.doesNotMatch(old, added);
  fs.writeFileSync(path, old.replaceAll(",}", "}"));
  const journal = openJournal(path);
  const { book } = journal.state;
  assert.deepEqual(
    [...book.trades.values()].map(({ refunds, mode }) => [refunds, mode]),
    [[[], "key"]],
  );
  assert.deepEqual(
    [...book.merchants.values()].map(({ withheldFen }) => withheldFen),
    [0n],
  );
  assert.deepEqual(book.offers, new Map());
  journal.close();
});

test("what cannot be written is not recorded, and the file stays readable", async () => {
  const { path, state } = await written("full");
  const journal = openJournal(path);
  const circular: { kind: "faultUsed"; faultId: string; self?: unknown } = {
    kind: "faultUsed",
    faultId: "slow",
  };
  circular.self = circular;
  assert.throws(() => journal.record([circular]));
  journal.close();
  const again = openJournal(path);
  assert.deepEqual(again.state, state);
  again.close();
});

test("a journal that another process has taken over accepts nothing more", async () => {
  const { path } = await written("shared");
  const first = openJournal(path);
  const second = openJournal(path);
  assert.throws(
    () => first.record([{ kind: "faultSwitchedOff", faultId: "slow" }]),
    /taken over by another process/,
  );
  second.record([{ kind: "faultSwitchedOff", faultId: "slow" }]);
  first.close();
  second.close();
});
