import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { accountFor } from "./account.ts";
import { copyBinaries, installedBinaries, missingLinks, runnableBinaries } from "./binaries.ts";

/** The installed package as it is when npm ran no install scripts: without library links. */
function withoutLinks(directory: string): string {
  const { native } = installedBinaries();
  const target = join(directory, "native");
  const links = new Set(missingLinksIfNoneExisted(native, directory));
  cpSync(native, target, {
    recursive: true,
    verbatimSymlinks: true,
    filter: (path) => !path.endsWith(".a") && !links.has(path),
  });
  return target;
}

function missingLinksIfNoneExisted(native: string, directory: string): string[] {
  const empty = join(directory, "empty");
  mkdirSync(empty);
  cpSync(join(native, "pg-symlinks.json"), join(empty, "pg-symlinks.json"));
  return missingLinks(empty).map(({ path }) => path.replace(empty, native));
}

function inDirectory(mode: number, body: (directory: string) => void): void {
  const directory = mkdtempSync(join(tmpdir(), "huiyin-binaries-"));
  chmodSync(directory, mode);
  try {
    body(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

test("library links that no install script made are made", () => {
  inDirectory(0o755, (directory) => {
    const native = withoutLinks(directory);
    assert.ok(missingLinks(native).length > 5);
    const found = runnableBinaries({ native, version: "test" }, accountFor(null), directory, () => undefined);
    assert.equal(found.native, native);
    assert.deepEqual(missingLinks(native), []);
  });
});

test("a copy of an incomplete package is complete, wherever it lies", () => {
  inDirectory(0o700, (directory) => {
    const target = join(directory, "elsewhere");
    copyBinaries(withoutLinks(directory), target);
    assert.deepEqual(missingLinks(target), []);
    assert.match(
      execFileSync(join(target, "bin", "postgres"), ["--version"], { encoding: "utf8" }),
      /PostgreSQL/,
    );
  });
});

const needsRoot = process.getuid?.() === 0 ? false : "only root has to change accounts";

test(
  "as root, programs below a 0700 directory are copied to a reachable place, which is told",
  { skip: needsRoot },
  () => {
    inDirectory(0o700, (directory) => {
      const lines: string[] = [];
      const version = `test-${process.pid}`;
      const account = accountFor(null);
      assert.ok(account !== null);
      const { native } = runnableBinaries(
        { native: withoutLinks(directory), version },
        account,
        directory,
        (line) => lines.push(line),
      );
      try {
        assert.ok(!native.startsWith(directory));
        assert.ok(lines.some((line) => line.includes(native)));
        execFileSync(join(native, "bin", "initdb"), ["--version"], {
          uid: account.uid,
          gid: account.gid,
          cwd: "/",
        });
        const again = runnableBinaries(
          { native: join(directory, "native"), version },
          account,
          directory,
          () => undefined,
        );
        assert.equal(again.native, native);
      } finally {
        rmSync(native, { recursive: true, force: true });
      }
    });
  },
);
