// What holds between the channels: who reads scanned codes is `server/modules/payments/payerCode.ts`.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { channels } from "./registry.ts";

test("law: no text is taken for the code of two wallets, and none makes a recogniser throw", () => {
  const digits = fc.stringMatching(/^[0-3][0-9]{14,24}$/);
  fc.assert(
    fc.property(fc.oneof(digits, fc.string({ unit: "binary" })), (scanned) => {
      const owners = [...channels.values()].filter((channel) => channel.recognises(scanned));
      assert.ok(owners.length <= 1);
    }),
  );
});

test("every channel is registered under its own code", () => {
  for (const [code, channel] of channels) assert.equal(channel.manifest.code, code);
});
