import assert from "node:assert/strict";
import { test } from "node:test";
import { parseAccounts, pickAccount } from "./account.ts";

const passwd = [
  "root:x:0:0:root:/root:/bin/bash",
  "daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin",
  "# a comment",
  "broken line",
  "mei:x:1000:1000::/home/mei:/bin/bash",
  "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin",
  "",
].join("\n");
const everyId = (): boolean => true;

test("accounts are read from passwd and lines that are none are skipped", () => {
  assert.deepEqual(
    parseAccounts(passwd).map(({ name, uid }) => [name, uid]),
    [
      ["root", 0],
      ["daemon", 1],
      ["mei", 1000],
      ["nobody", 65534],
    ],
  );
});

test("nobody is preferred, then a system account, then any that is not root", () => {
  const without = (...names: string[]) => parseAccounts(passwd).filter(({ name }) => !names.includes(name));
  assert.equal(pickAccount(without(), everyId)?.name, "nobody");
  assert.equal(pickAccount(without("nobody"), everyId)?.name, "daemon");
  assert.equal(pickAccount(without("nobody", "daemon"), everyId)?.name, "mei");
  assert.equal(pickAccount(without("nobody", "daemon", "mei"), everyId), null);
});

test("an account that the container does not map is not picked", () => {
  assert.equal(pickAccount(parseAccounts(passwd), (id) => id < 65_000)?.name, "daemon");
});
