import assert from "node:assert/strict";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { isCurrent, manifestName, manifestOf } from "./compiled.mjs";

type Place = Disposable & Readonly<{ folder: string; source: string; isCurrent(): boolean }>;

/** A folder with installed packages, one source, and what was compiled from it. */
function compiledPlace(): Place {
  const folder = fs.mkdtempSync(join(tmpdir(), "huiyin-compiled-"));
  const source = join(folder, "server", "start.ts");
  for (const name of ["node_modules", "server", "dist"]) fs.mkdirSync(join(folder, name));
  fs.writeFileSync(join(folder, "node_modules", ".package-lock.json"), "{}");
  fs.writeFileSync(source, "export const one = 1;\n");
  const dist = join(folder, "dist");
  fs.writeFileSync(join(dist, manifestName), JSON.stringify(manifestOf([source], folder)));
  return {
    ...{ folder, source },
    isCurrent: () => isCurrent(dist, folder),
    [Symbol.dispose]: () => fs.rmSync(folder, { recursive: true }),
  };
}

const changes: ReadonlyArray<readonly [string, "current" | "old", (place: Place) => void]> = [
  ["nothing", "current", () => undefined],
  ["only the time of a source, as by a checkout", "current", ({ source }) => fs.utimesSync(source, 1, 1)],
  ["a source", "old", ({ source }) => fs.writeFileSync(source, "export const one = 1.0;\n")],
  [
    "a source, to as many other letters",
    "old",
    ({ source }) => {
      fs.writeFileSync(source, "export const one = 2;\n");
      fs.utimesSync(source, 1, 1);
    },
  ],
  ["a source, which is gone", "old", ({ source }) => fs.rmSync(source)],
  [
    "the installed packages",
    "old",
    ({ folder }) => fs.writeFileSync(join(folder, "node_modules", ".package-lock.json"), '{"name":"x"}'),
  ],
  ["the manifest, which is gone", "old", ({ folder }) => fs.rmSync(join(folder, "dist", manifestName))],
  [
    "the manifest, half written",
    "old",
    ({ folder }) => fs.truncateSync(join(folder, "dist", manifestName), 9),
  ],
];

for (const [what, expected, change] of changes) {
  test(`what was compiled is ${expected} after a change of ${what}`, () => {
    using place = compiledPlace();
    change(place);
    assert.equal(place.isCurrent(), expected === "current");
  });
}
