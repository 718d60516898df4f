// The directory that holds everything a platform keeps on this machine: the database, its keys, the runtime file.
import {
  accessSync,
  chmodSync,
  constants,
  mkdirSync,
  realpathSync,
  renameSync,
  statSync,
  writeFileSync,
} from "node:fs";
import type { Localized } from "@huiyin/contract/words.ts";

/** The directory cannot be used; says why, in both languages. */
export class DataDirectoryError extends Error {
  override readonly name = "DataDirectoryError";
  readonly words: Localized;

  constructor(words: Localized) {
    super(words.en);
    this.words = words;
  }
}

/**
 * Creates the directory where it is missing and returns its real path. Throws `DataDirectoryError` when it is not a
 * directory, cannot be created, or belongs to another user.
 * A new one is closed to others; root's may be passed through, since its database runs under another account. What
 * is secret inside is closed by itself: see `writeSecretFile`.
 */
export function openDataDirectory(path: string): string {
  const isRoot = process.getuid?.() === 0;
  try {
    if (mkdirSync(path, { recursive: true, mode: 0o700 }) !== undefined)
      chmodSync(path, isRoot ? 0o711 : 0o700);
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    const { code = String(error) } = error as NodeJS.ErrnoException;
    throw new DataDirectoryError({
      zh: `数据目录 ${path} 无法使用（${code}）。请检查权限，或用 HUIYIN_DATA 指定其他目录。`,
      en: `The data directory ${path} cannot be used (${code}). Check its permissions, or choose another with HUIYIN_DATA.`,
    });
  }
  const { uid } = statSync(path);
  if (process.getuid !== undefined && uid !== process.getuid()) {
    throw new DataDirectoryError({
      zh: `数据目录 ${path} 属于其他用户（uid ${uid}）。请用该用户启动，或用 HUIYIN_DATA 指定其他目录。`,
      en: `The data directory ${path} belongs to another user (uid ${uid}). Start as that user, or choose another with HUIYIN_DATA.`,
    });
  }
  return realpathSync(path);
}

/** Writes a file that only we can read (0600), in one visible step: readers see the old text or the new one. */
export function writeSecretFile(path: string, text: string): void {
  const unfinished = `${path}.${process.pid}.unfinished`;
  writeFileSync(unfinished, text, { mode: 0o600, flush: true });
  chmodSync(unfinished, 0o600);
  renameSync(unfinished, path);
}
