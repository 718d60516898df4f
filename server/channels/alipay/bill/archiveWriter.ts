// The gateway’s side of a bill’s archive: a ZIP whose names are GBK, without the flag that would say UTF-8, as Alipay packs it.
import { crc32, deflateRawSync } from "node:zlib";
import { bytesOfText } from "../charset.ts";

export type ArchivedFile = Readonly<{ name: string; content: Uint8Array }>;

/** 2026-01-01 00:00 in the words of DOS: nobody reads the times of these entries. */
const dosTime = { date: ((2026 - 1980) << 9) | (1 << 5) | 1, time: 0 } as const;

/** The whole archive. @param method how the files are packed */
export function archiveOf(files: readonly ArchivedFile[], method: "store" | "deflate"): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const file of files) {
    const name = bytesOfText(file.name, "gbk");
    const packed = method === "store" ? Buffer.from(file.content) : deflateRawSync(file.content);
    const facts = { name, packed, file, method };
    const header = Buffer.concat([localHeader(facts), name]);
    parts.push(header, packed);
    directory.push(directoryEntry(facts, offset), name);
    offset += header.length + packed.length;
  }
  const entries = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(entries.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, entries, end]);
}

type Facts = Readonly<{ name: Buffer; packed: Buffer; file: ArchivedFile; method: "store" | "deflate" }>;

function localHeader(facts: Facts): Buffer {
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  writeCommon(header, facts, 4);
  return header;
}

function directoryEntry(facts: Facts, offset: number): Buffer {
  const entry = Buffer.alloc(46);
  entry.writeUInt32LE(0x02014b50, 0);
  entry.writeUInt16LE(20, 4);
  writeCommon(entry, facts, 6);
  entry.writeUInt32LE(offset, 42);
  return entry;
}

/** What both headers say of a file: version, flags, method, time, checksum, sizes, length of the name. */
function writeCommon(header: Buffer, { name, packed, file, method }: Facts, start: number): void {
  header.writeUInt16LE(20, start);
  header.writeUInt16LE(0, start + 2);
  header.writeUInt16LE(method === "store" ? 0 : 8, start + 4);
  header.writeUInt16LE(dosTime.time, start + 6);
  header.writeUInt16LE(dosTime.date, start + 8);
  header.writeUInt32LE(crc32(file.content), start + 10);
  header.writeUInt32LE(packed.length, start + 14);
  header.writeUInt32LE(file.content.length, start + 18);
  header.writeUInt16LE(name.length, start + 22);
}
