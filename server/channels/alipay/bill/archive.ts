// Unpacks the archive of a bill: bounded in every direction, and no name in it may point anywhere.
import { crc32 } from "node:zlib";
import yauzl, { type Entry, type ZipFile } from "yauzl";
import { textOfBytes } from "../charset.ts";

export const archiveLimits = {
  /** A bill has two files. */
  filesMax: 8,
  /** About two hundred thousand rows. */
  fileBytesMax: 64 * 1_024 * 1_024,
  /** All files together: the details and their summary, which is short. */
  bytesMax: 80 * 1_024 * 1_024,
} as const;
type ArchiveLimits = Readonly<Record<keyof typeof archiveLimits, number>>;

/** Set where a name is UTF-8; Alipay’s are GBK and leave it out. */
const utf8NameFlag = 0x800;

export type UnpackedFile = Readonly<{ name: string; content: Buffer }>;

/** Every file of the archive. Rejects whatever is larger than a bill, damaged, encrypted, or named like a path. */
export async function filesIn(
  archive: Uint8Array,
  limits: ArchiveLimits = archiveLimits,
): Promise<readonly UnpackedFile[]> {
  const zip = await opened(Buffer.from(archive));
  if (zip.entryCount > limits.filesMax) throw new RangeError("the archive has more files than a bill");
  let bytes = 0;
  const files: UnpackedFile[] = [];
  for (;;) {
    const entry = await nextEntry(zip);
    if (entry === null) return files;
    const name = safeName(entry);
    if (entry.uncompressedSize > limits.fileBytesMax)
      throw new RangeError("a file of the archive has more bytes than a bill");
    bytes += entry.uncompressedSize;
    if (bytes > limits.bytesMax)
      throw new RangeError("the files of the archive are larger together than a bill");
    const content = await contentOf(zip, entry);
    if (crc32(content) !== entry.crc32) throw new TypeError("a file of the archive has another checksum");
    files.push({ name, content });
  }
}

function opened(archive: Buffer): Promise<ZipFile> {
  return new Promise((resolve, reject) => {
    // Names stay bytes: decoded here they would be taken for CP437.
    yauzl.fromBuffer(archive, { lazyEntries: true, decodeStrings: false }, (error, zip) =>
      error ? reject(error) : resolve(zip),
    );
  });
}

function nextEntry(zip: ZipFile): Promise<Entry | null> {
  return new Promise((resolve, reject) => {
    zip.removeAllListeners();
    zip
      .once("entry", resolve)
      .once("end", () => resolve(null))
      .once("error", reject);
    zip.readEntry();
  });
}

/** A plain name: nothing of it may be read as a folder, a drive or a way up. */
function safeName(entry: Entry): string {
  const flagged = (entry.generalPurposeBitFlag & utf8NameFlag) !== 0;
  const name = textOfBytes(entry.fileNameRaw, flagged ? "utf-8" : "gbk");
  if (!/^[^/\\:\0\ufffd]{1,200}$/.test(name) || name === "." || name === "..")
    throw new TypeError("a file of the archive is named like a path");
  return name;
}

async function contentOf(zip: ZipFile, entry: Entry): Promise<Buffer> {
  const stream = await new Promise<NodeJS.ReadableStream>((resolve, reject) => {
    zip.openReadStream(entry, (error, opening) => (error ? reject(error) : resolve(opening)));
  });
  const chunks: Buffer[] = [];
  // yauzl ends the stream with an error where more comes out than the entry says.
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}
