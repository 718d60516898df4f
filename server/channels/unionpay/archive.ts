// What `fileContent` of a settlement file holds: base64 over deflate over a ZIP. Bounded in every direction, for whoever
// answers at the gateway’s address decides how large it is.
import { promisify } from "node:util";
import { crc32, deflateRawSync, deflateSync, inflate } from "node:zlib";
import { fromBuffer, type Entry, type ZipFile } from "yauzl";

/** Largest file that is unpacked, in bytes: about a hundred thousand transactions. */
const unpackedBytesMax = 32 * 1_024 * 1_024;
/** A settlement file holds three or four files. */
const entriesMax = 20;

/**
 * The text of the first file in the ZIP whose name is wanted; null where there is none.
 * @throws where it is no such archive, or is larger than its limits
 */
export async function unpackedText(
  fileContent: string,
  isWanted: (name: string) => boolean,
): Promise<string | null> {
  const zip = await promisify(inflate)(Buffer.from(fileContent, "base64"), {
    maxOutputLength: unpackedBytesMax,
  });
  const archive = await opened(zip);
  try {
    if (archive.entryCount > entriesMax) throw new RangeError(`more than ${entriesMax} files in the archive`);
    const entry = await found(archive, isWanted);
    return entry === null ? null : (await contentOf(archive, entry)).toString("utf8");
  } finally {
    archive.close();
  }
}

function opened(zip: Buffer): Promise<ZipFile> {
  return new Promise((resolve, reject) => {
    fromBuffer(zip, { lazyEntries: true }, (error, archive) => (error ? reject(error) : resolve(archive)));
  });
}

function found(archive: ZipFile, isWanted: (name: string) => boolean): Promise<Entry | null> {
  return new Promise((resolve, reject) => {
    archive.on("error", reject);
    archive.on("end", () => resolve(null));
    archive.on("entry", (entry: Entry) => (isWanted(entry.fileName) ? resolve(entry) : archive.readEntry()));
    archive.readEntry();
  });
}

function contentOf(archive: ZipFile, entry: Entry): Promise<Buffer> {
  if (entry.uncompressedSize > unpackedBytesMax)
    return Promise.reject(new RangeError(`${entry.fileName} is too large`));
  return new Promise((resolve, reject) => {
    archive.openReadStream(entry, (error, stream) => {
      if (error) return reject(error);
      const parts: Buffer[] = [];
      stream.on("data", (part: Buffer) => parts.push(part));
      stream.on("error", reject);
      stream.on("end", () => resolve(Buffer.concat(parts)));
    });
  });
}

/** The gateway’s side: `fileContent` with these files in a ZIP. Small files only: it is made in memory, in one turn. */
export function packedContent(files: ReadonlyArray<Readonly<{ name: string; text: string }>>): string {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, text } of files) {
    const content = Buffer.from(text, "utf8");
    const packed = deflateRawSync(content);
    const nameBytes = Buffer.from(name, "utf8");
    // Version, flags, method “deflate”, time and date of 1980, checksum, both sizes, length of the name, no extras.
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(8, 4);
    common.writeUInt16LE(0x21, 8);
    common.writeUInt32LE(crc32(content), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(content.length, 18);
    common.writeUInt16LE(nameBytes.length, 22);
    const local = [Buffer.from("PK\x03\x04", "latin1"), common, nameBytes, packed];
    const place = Buffer.alloc(14);
    place.writeUInt32LE(offset, 10);
    directory.push(Buffer.from("PK\x01\x02\x14\0", "latin1"), common, place, nameBytes);
    parts.push(...local);
    offset += local.reduce((sum, { length }) => sum + length, 0);
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(files.length, 4);
  end.writeUInt16LE(files.length, 6);
  end.writeUInt32LE(central.length, 8);
  end.writeUInt32LE(offset, 12);
  const zip = Buffer.concat([...parts, central, Buffer.from("PK\x05\x06", "latin1"), end]);
  return deflateSync(zip).toString("base64");
}
