// Keys that others on this machine can read.
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Check } from "../model.ts";

/** Files that hold a key, a password or a token, in the data directory. */
const secretFiles = [
  "master.key",
  "operator.key",
  "merchant.key",
  "control.token",
  "runtime.json",
  "runtime-tokens.json",
  join("postgres", "password"),
] as const;

export const permissionsOpen: Check = {
  id: "permissionsOpen",
  severity: "broken",
  title: {
    zh: "数据目录的权限过宽，密钥可能被他人读取",
    en: "The data directory is open: others could read its keys",
  },
  next: {
    zh: "请收紧权限：目录 chmod 700（root 运行时 711），密钥文件 chmod 600；如果机器上有其他用户，请更换密钥。",
    en: "Close it: chmod 700 the directory (711 as root), chmod 600 the files; where others use this machine, replace the keys.",
  },
  needs: "files",
  look: ({ dataDirectory }) => {
    const directory = statSync(dataDirectory, { throwIfNoEntry: false });
    if (directory === undefined) return [];
    const found: string[] = [];
    // Root’s database runs as another account, which may pass through; nobody may list or write.
    const forbidden = directory.uid === 0 ? 0o066 : 0o077;
    if ((directory.mode & forbidden) !== 0) found.push(`${dataDirectory} ${modeOf(directory.mode)}`);
    const backups = join(dataDirectory, "backups");
    const files = [...secretFiles.map((name) => join(dataDirectory, name)), ...filesIn(backups)];
    for (const file of files) {
      const entry = statSync(file, { throwIfNoEntry: false });
      if (entry !== undefined && (entry.mode & 0o077) !== 0) found.push(`${file} ${modeOf(entry.mode)}`);
    }
    return found;
  },
};

function filesIn(directory: string): string[] {
  try {
    return readdirSync(directory).map((name) => join(directory, name));
  } catch {
    return [];
  }
}

function modeOf(mode: number): string {
  return (mode & 0o777).toString(8).padStart(4, "0");
}
