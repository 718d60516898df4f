// Whether what was compiled is what the sources say. Plain JavaScript, as it runs before anything is compiled.
import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
export const manifestName = "sources.json";

/** Written by npm for what it has installed: the packages are compiled as well. */
const installed = join("node_modules", ".package-lock.json");

/** What the files are like now, to be held against what they will be like: by path, their sizes, times and hashes. */
export function manifestOf(files, folder = root) {
  const paths = [...new Set(files.map((file) => relative(folder, file)))].sort();
  return Object.fromEntries(
    [installed, ...paths].map((path) => {
      const { size, mtimeMs } = statSync(join(folder, path));
      return [path, { size, mtimeMs, hash: hashOf(join(folder, path)) }];
    }),
  );
}

/** Whether every file is what the manifest in `directory` says. Where none is there, nothing is compiled. */
export function isCurrent(directory, folder = root) {
  try {
    const manifest = JSON.parse(readFileSync(join(directory, manifestName), "utf8"));
    return Object.entries(manifest).every(([path, file]) => isUnchanged(join(folder, path), file));
  } catch {
    return false;
  }
}

/** Another time alone says nothing: a checkout of the same text has one. */
function isUnchanged(path, { size, mtimeMs, hash }) {
  const now = statSync(path);
  return now.size === size && (now.mtimeMs === mtimeMs || hashOf(path) === hash);
}

function hashOf(path) {
  return createHash("sha256").update(readFileSync(path)).digest("hex").slice(0, 16);
}
