// A copy of the source tree in which planted bugs can be tried out: the same packages, workspaces of its own.
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

/** What the simulation needs of the tree. */
const workspaces = ["contract", "server", "sandbox", "sim", "cashier"] as const;
const leftOut = /(^|\/)(node_modules|dist|golden|public)(\/|$)|\.test\.tsx?$/;

export type Tree = Readonly<{
  directory: string;
  /** Puts back the files that a patch has touched. */
  restore(paths: readonly string[]): void;
  remove(): void;
}>;

/** Makes the copy in a temporary directory. */
export function copyTree(): Tree {
  const directory = fs.mkdtempSync(join(tmpdir(), "huiyin-mutants-"));
  for (const name of workspaces) {
    const from = join(root, name);
    const filter = (path: string): boolean => !leftOut.test(path.slice(root.length));
    fs.cpSync(from, join(directory, name), { recursive: true, filter });
  }
  for (const name of ["package.json", "tsconfig.json"])
    fs.copyFileSync(join(root, name), join(directory, name));
  linkPackages(directory);
  return {
    directory,
    restore: (paths) => {
      for (const path of paths) fs.copyFileSync(join(root, path), join(directory, path));
    },
    remove: () => fs.rmSync(directory, { recursive: true, force: true }),
  };
}

/** Every package as it is installed, but our own workspaces from the copy: a link to the original would run the original. */
function linkPackages(directory: string): void {
  const packages = join(root, "node_modules");
  const links = join(directory, "node_modules");
  fs.mkdirSync(join(links, "@huiyin"), { recursive: true });
  for (const name of fs.readdirSync(packages)) {
    if (name !== "@huiyin") fs.symlinkSync(join(packages, name), join(links, name));
  }
  for (const name of workspaces) fs.symlinkSync(join(directory, name), join(links, "@huiyin", name));
  // Packages that only one workspace has.
  for (const name of workspaces) {
    const own = join(root, name, "node_modules");
    if (fs.existsSync(own)) fs.symlinkSync(own, join(directory, name, "node_modules"));
  }
}
