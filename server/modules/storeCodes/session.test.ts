import assert from "node:assert/strict";
import { test } from "node:test";
import { addSeconds } from "../../kernel/time.ts";
import { createVault } from "../../platform/secrets.ts";
import { openedSession, sealedSession, sessionSecondsMax, type Session } from "./session.ts";

const start = new Date("2026-03-01T04:00:00Z");
const at = (seconds: number) => ({ now: () => addSeconds(start, seconds) });
const vault = createVault([Buffer.alloc(32, 1)]);
const openid = "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o";
const session: Session = { kind: "known", payerId: openid, route: "main", audience: "wx1", paymentId: null };
const sealed = sealedSession({ vault, world: at(0) }, "page1", session);

test("a session opens on its own page within its minutes, and tells nothing of the payer before", () => {
  assert.deepEqual(openedSession({ vault, world: at(sessionSecondsMax - 1) }, "page1", sealed), session);
  assert.doesNotMatch(sealed, new RegExp(openid));
  assert.doesNotMatch(Buffer.from(sealed, "base64url").toString("latin1"), new RegExp(openid));
});

const refused: ReadonlyArray<readonly [why: string, token: string, text: string, seconds: number]> = [
  ["is over", "page1", sealed, sessionSecondsMax],
  ["belongs to another page", "page2", sealed, 1],
  ["was altered", "page1", `${sealed.slice(0, -2)}xx`, 1],
  ["is none", "page1", "", 1],
  ["is of the visitor’s own making", "page1", JSON.stringify(session), 1],
];
for (const [why, token, text, seconds] of refused)
  test(`a session that ${why} is none`, () => {
    assert.equal(openedSession({ vault, world: at(seconds) }, token, text), null);
  });

test("a session sealed by somebody else’s key is none", () => {
  const other = createVault([Buffer.alloc(32, 2)]);
  assert.equal(openedSession({ vault: other, world: at(1) }, "page1", sealed), null);
});
