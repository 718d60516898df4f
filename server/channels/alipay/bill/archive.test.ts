// The archive of a bill: names in GBK without the flag, limits, tricks with paths, damage.
import assert from "node:assert/strict";
import { test } from "node:test";
import { archiveOf } from "./archiveWriter.ts";
import { archiveLimits, filesIn } from "./archive.ts";

const files = [
  { name: "20880000000000010156_20260301_业务明细.csv", content: Buffer.from("a,b") },
  { name: "20880000000000010156_20260301_业务明细(汇总).csv", content: Buffer.from("c".repeat(10_000)) },
];

/** The limits of a bill, a thousandth as large. */
const small = { filesMax: 8, fileBytesMax: 64 * 1_024, bytesMax: 80 * 1_024 };

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
  const large = { name: "a.csv", content: Buffer.alloc(small.fileBytesMax + 1) };
  await assert.rejects(filesIn(archiveOf([large], "deflate"), small), /bytes/);
});

test("files that are small enough one by one and too large together are refused before the last is unpacked", async () => {
  const part = Math.floor(small.bytesMax / 3) + 1;
  const three = ["a", "b", "c"].map((name) => ({ name: `${name}.csv`, content: Buffer.alloc(part) }));
  const archive = archiveOf(three, "deflate");
  // The third one is damaged: whoever unpacked it would say so instead.
  const last = archive.lastIndexOf("PK\x01\x02");
  archive.writeUInt32LE(0, last + 16);
  await assert.rejects(filesIn(archive, small), /together/);
  assert.equal((await filesIn(archiveOf(three.slice(0, 2), "deflate"), small)).length, 2);
});

test("an archive that says less of its files than is in it is refused, and so is one that counts them wrongly", async () => {
  const whole = archiveOf([{ name: "a.csv", content: Buffer.alloc(1_000_000) }], "deflate");
  const entry = whole.lastIndexOf("PK\x01\x02");
  const smaller = Buffer.from(whole);
  smaller.writeUInt32LE(10, entry + 24);
  await assert.rejects(filesIn(smaller));
  const many = archiveOf(
    Array.from({ length: archiveLimits.filesMax + 1 }, (_, index) => ({
      ...{ name: `${index}.csv`, content: Buffer.from("x") },
    })),
    "store",
  );
  // The count at the end says one; the directory goes on.
  const end = many.lastIndexOf("PK\x05\x06");
  for (const at of [8, 10]) many.writeUInt16LE(1, end + at);
  const read = await filesIn(many).catch(() => []);
  assert.ok(read.length <= 1);
});

test("one file that claims to lie where another lies is unpacked no more often than the limits say", async () => {
  // Every entry of the directory points at the same data, as in a bomb without nesting.
  const files = ["a", "b", "c"].map((name) => ({
    name: `${name}.csv`,
    content: Buffer.alloc(small.bytesMax / 2),
  }));
  const archive = archiveOf(files, "deflate");
  let entry = archive.indexOf("PK\x01\x02");
  for (; entry >= 0; entry = archive.indexOf("PK\x01\x02", entry + 4)) archive.writeUInt32LE(0, entry + 42);
  await assert.rejects(filesIn(archive, small), /together/);
});

test("a damaged archive is refused: cut short, altered, or none at all", async () => {
  const whole = archiveOf(files, "store");
  const altered = Buffer.from(whole);
  altered[altered.indexOf("a,b")] = 0x62;
  await assert.rejects(filesIn(altered), /checksum/);
  for (const broken of [whole.subarray(0, whole.length / 2), Buffer.from("<html></html>"), Buffer.alloc(0)])
    await assert.rejects(filesIn(broken));
});
