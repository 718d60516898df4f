import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { build } from "vite";
import { compressed } from "./compressed.ts";

let root: string;
before(() => void (root = mkdtempSync(join(tmpdir(), "huiyin-compressed-"))));
after(() => rmSync(root, { recursive: true, force: true }));

test("what a browser unpacks is the file itself, a page that loads the rest later included", async () => {
  const filler = `console.log(${JSON.stringify("回音 ".repeat(500))});`;
  writeFileSync(join(root, "index.html"), `<script type="module" src="/main.js"></script>`);
  writeFileSync(join(root, "main.js"), `${filler} void import("./later.js");`);
  writeFileSync(join(root, "later.js"), `import "./later.css"; ${filler.replace("log", "info")}`);
  writeFileSync(join(root, "later.css"), ".later { color: teal }");
  await build({ root, logLevel: "silent", configFile: false, plugins: [compressed()] });

  const assets = join(root, "dist", "assets");
  const packed = readdirSync(assets).filter((name) => /\.(br|gz)$/.test(name));
  assert.ok(packed.length >= 4, packed.join(" "));
  for (const name of packed) {
    const bytes = readFileSync(join(assets, name));
    const unpacked = name.endsWith(".br") ? brotliDecompressSync(bytes) : gunzipSync(bytes);
    assert.ok(unpacked.equals(readFileSync(join(assets, name.slice(0, -3)))), name);
  }
});
