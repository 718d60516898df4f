// The archive of a bill: names in GBK without the flag, limits, tricks with paths, damage.
import assert from "node:assert/strict";
import { test } from "node:test";
import { archiveOf } from "./archiveWriter.ts";
import { archiveLimits, filesIn } from "./archive.ts";

const files = [
  { name: "20880000000000010156_20260301_业务明细.csv", content: Buffer.from("a,b") },
  { name: "20880000000000010156_20260301_业务明细(汇总).csv", content: Buffer.from("c".repeat(10_000)) },
];

for (const method of ["store", "deflate"] as const) {
  test(`what was packed by ${method} comes out again, with its names in GBK`, async () => {
    const unpacked = await filesIn(archiveOf(files, method));
    assert.deepEqual(
      unpacked.map(({ name, content }) => [name, content.toString()]),
      files.map(({ name, content }) => [name, content.toString()]),
    );
  });
}

for (const name of [
  "../evil.csv",
  "/evil.csv",
  "a/../../evil.csv",
  "C:\\evil.csv",
  "..\\evil.csv",
  "folder/a.csv",
  "a\0.csv",
  "",
]) {
  test(`a file called ${JSON.stringify(name)} makes the archive refused`, async () => {
    await assert.rejects(filesIn(archiveOf([{ name, content: Buffer.from("x") }], "store")));
  });
}

test("more files, or larger ones, than any bill has are refused before they are unpacked", async () => {
  const many = Array.from({ length: archiveLimits.filesMax + 1 }, (_, index) => ({
    name: `${index}.csv`,
    content: Buffer.from("x"),
  }));
  await assert.rejects(filesIn(archiveOf(many, "store")), /files/);
  const large = { name: "a.csv", content: Buffer.alloc(archiveLimits.fileBytesMax + 1) };
  await assert.rejects(filesIn(archiveOf([large], "deflate")), /bytes/);
});

test("a damaged archive is refused: cut short, altered, or none at all", async () => {
  const whole = archiveOf(files, "store");
  const altered = Buffer.from(whole);
  altered[altered.indexOf("a,b")] = 0x62;
  await assert.rejects(filesIn(altered), /checksum/);
  for (const broken of [whole.subarray(0, whole.length / 2), Buffer.from("<html></html>"), Buffer.alloc(0)])
    await assert.rejects(filesIn(broken));
});
