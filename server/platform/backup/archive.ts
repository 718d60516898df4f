// The file of a backup: a tar of small entries, compressed as one zstd stream whose checksum covers every byte.
import { once } from "node:events";
import { createReadStream, createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { constants, createZstdCompress, createZstdDecompress } from "node:zlib";
import { extract, pack } from "tar-stream";
import { limits } from "./limits.ts";

export type AddEntry = (name: string, bytes: Buffer) => Promise<void>;

/**
 * Writes a new file, closed to others, and flushes it to the disk. Rejects where the file exists, with what `work`
 * threw, or with what the disk said; what was written by then is left to the caller.
 */
export async function writeArchive(
  file: string,
  writtenAt: Date,
  work: (add: AddEntry) => Promise<void>,
): Promise<void> {
  const archive = pack();
  const compress = createZstdCompress({
    params: {
      [constants.ZSTD_c_compressionLevel]: limits.compressionLevel,
      [constants.ZSTD_c_checksumFlag]: 1,
    },
  });
  const target = createWriteStream(file, { flags: "wx", mode: 0o600, flush: true });
  const written = pipeline(Readable.from(archive), compress, target);
  // A full disk must end a wait for the next entry, too.
  const failed = new Promise<never>((_, reject) => void written.catch(reject));
  failed.catch(() => undefined);
  const add: AddEntry = (name, bytes) => {
    const added = new Promise<void>((resolve, reject) => {
      const entry = archive.entry({ name, size: bytes.length, mtime: writtenAt, mode: 0o600 }, (error) =>
        error ? reject(error) : resolve(),
      );
      entry.on("error", reject);
      entry.end(bytes);
    });
    added.catch(() => undefined);
    return Promise.race([added, failed]);
  };
  try {
    // Whoever gives up removes the file: it must not come into being after that.
    await once(target, "open");
    await work(add);
    archive.finalize();
  } catch (error) {
    archive.destroy();
    await written.catch(() => undefined);
    throw error;
  }
  await written;
}

export type ArchiveEntry = Readonly<{ name: string; chunks: AsyncIterable<Buffer> }>;

/** The entries in their order; each must be read to its end before the next. Throws where the file is cut off or damaged. */
export async function* readArchive(file: string): AsyncGenerator<ArchiveEntry, void, undefined> {
  const entries = extract();
  const read = pipeline(createReadStream(file), createZstdDecompress(), entries);
  read.catch(() => undefined);
  try {
    for await (const entry of entries) {
      yield { name: entry.header.name, chunks: entry as AsyncIterable<Buffer> };
      entry.resume();
    }
    await read;
  } finally {
    entries.destroy();
  }
}
