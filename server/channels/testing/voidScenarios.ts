// For tests only: undoing a whole payment on its own day, where the network has more for it than a refund. The books are
// believed, not the channel.
import assert from "node:assert/strict";
import { fen } from "../../kernel/money.ts";
import { paid } from "./refundScenarios.ts";
import { amount, type Scenario } from "./scenario.ts";
import { losingReply, losingRequest } from "./wire.ts";

const whole = { way: "void" } as const;

export const scenariosOfVoid: readonly Scenario[] = [
  [
    "a whole payment is voided on its day, once; its query says so, and nobody takes the void for a refund",
    "pays",
    async (given) => {
      const { refund, asked, back, goesBack } = await paid(given);
      await goesBack(await refund(whole));
      assert.equal(await back(), 1250);
      const found = await asked("refund1", "void");
      assert.ok(found.kind === "refunded", found.kind);
      assert.deepEqual(found.amount, amount);
      assert.equal((await asked("refund1", "refund")).kind, "notRefunded");
      await goesBack(await refund({ ...whole, sendHistory: "afterUnclear" }));
      assert.equal(await back(), 1250);
    },
    "voids",
  ],
  [
    "what was voided is not refunded as well, under the same number or another",
    "pays",
    async (given) => {
      const { refund, asked, back, goesBack } = await paid(given);
      await goesBack(await refund(whole));
      for (const channelRefundNo of ["refund1", "refund2"]) {
        const { kind } = await refund({ channelRefundNo });
        assert.ok(kind === "declined" || kind === "unknown", kind);
        assert.equal((await asked(channelRefundNo, "refund")).kind, "notRefunded");
      }
      assert.equal(await back(), 1250);
    },
    "voids",
  ],
  [
    "a void of another amount, or of what went back in part, never happens; a refund of the rest does",
    "pays",
    async (given) => {
      const { refund, asked, back, goesBack } = await paid(given);
      assert.equal((await refund({ ...whole, amount: fen(1249) })).kind, "declined");
      assert.equal(await back(), 0);
      await goesBack(await refund({ amount: fen(250), channelRefundNo: "refund2" }));
      const other = { ...whole, channelRefundNo: "refund3" };
      for (const own of [other, { ...other, amount: fen(1000) }])
        assert.equal((await refund(own)).kind, "declined");
      assert.equal((await asked("refund3", "void")).kind, "notRefunded");
      await goesBack(await refund({ amount: fen(1000), channelRefundNo: "refund3" }));
      assert.equal(await back(), 1250);
    },
    "voids",
  ],
  [
    "a void lost before or after its effect is unknown; the query finds what became of it",
    "pays",
    async (given) => {
      const { refund, asked, back } = await paid(given);
      const { io } = given.world;
      const before = await refund(whole, { ...io, transport: losingRequest });
      assert.ok(before.kind === "unknown" && before.words === null, before.kind);
      assert.equal((await asked("refund1", "void")).kind, "notRefunded");
      assert.equal(await back(), 0);
      const after = await refund(whole, { ...io, transport: losingReply(io.transport) });
      assert.equal(after.kind, "unknown");
      assert.equal((await asked("refund1", "void")).kind, "refunded");
      assert.equal(await back(), 1250);
    },
    "voids",
  ],
];
