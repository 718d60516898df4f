import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { urlOf } from "./connection.ts";
import { limits } from "./limits.ts";
import { socketDirectoryOf, socketTroubleIn, usableSocketDirectory } from "./place.ts";

const longest = "/".padEnd(limits.socketPathBytesMax - "/.s.PGSQL.65535".length, "d");

const places: ReadonlyArray<readonly [what: string, data: string, reachedBy: "socket" | "loopback"]> = [
  ["a usual path", "/srv/huiyin/postgres/data", "socket"],
  ["a path with a space, a colon and Chinese", "/srv/回音 1:2/data", "socket"],
  ["the longest path that systems take", longest, "socket"],
  ["a path that is one longer", `${longest}d`, "loopback"],
  ["a short path of many bytes", "/".padEnd(40, "音"), "loopback"],
  ["a path that would be read as two", "/srv/a,b/data", "loopback"],
  ["a path with a quote", '/srv/"a"/data', "loopback"],
];

for (const [what, data, reachedBy] of places)
  test(`${what}: the database is reached by ${reachedBy}`, () => {
    const socketDirectory = socketDirectoryOf({ data });
    const url = new URL(urlOf({ port: 5432, password: "secret", socketDirectory }, "huiyin"));
    assert.equal(url.port, "5432");
    assert.equal(decodeURIComponent(url.hostname), reachedBy === "socket" ? data : "127.0.0.1");
  });

test("a directory takes sockets, and is left as it was; one whose file system takes none is told", async () => {
  const directory = mkdtempSync(join(tmpdir(), "huiyin-place-"));
  try {
    for (let turn = 0; turn < 2; turn += 1) assert.equal(await socketTroubleIn(directory), null);
    assert.deepEqual(readdirSync(directory), []);
  } finally {
    rmSync(directory, { recursive: true });
  }
  assert.match((await socketTroubleIn(join(directory, "gone"))) ?? "", /ENOENT|EACCES/);
  const said: string[] = [];
  assert.equal(await usableSocketDirectory({ data: "/proc" }, (line) => void said.push(line)), null);
  assert.match(
    said.join(),
    /^No socket can be made in \/proc \(.+\): the database is reached by the loopback\.$/,
  );
});
