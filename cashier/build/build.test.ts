import { strict as assert } from "node:assert";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build, type Rolldown } from "vite";
import { workerSource } from "./serviceWorker.ts";

const initialBytesMax = 300_000;

test("the first screen needs at most 300 kB of JavaScript, compressed", async (t) => {
  const root = fileURLToPath(new URL("..", import.meta.url));
  const options = { root, configFile: `${root}vite.config.ts`, logLevel: "error" } as const;
  const built = (await build({ ...options, build: { write: false } })) as Rolldown.RolldownOutput;
  const chunks = new Map(
    built.output.flatMap((file) => (file.type === "chunk" ? [[file.fileName, file]] : [])),
  );
  const initial = new Set<string>();
  const take = (name: string): void => {
    if (initial.has(name)) return;
    initial.add(name);
    for (const imported of chunks.get(name)?.imports ?? []) take(imported);
  };
  for (const [name, chunk] of chunks) if (chunk.isEntry) take(name);
  const bytes = [...initial].reduce((sum, name) => sum + gzipSync(chunks.get(name)?.code ?? "").length, 0);
  t.diagnostic(`${bytes} bytes in ${initial.size} files`);
  assert.ok(initial.size > 0 && bytes <= initialBytesMax, `${bytes} bytes`);
  assert.ok(chunks.size > initial.size, "the connection program is loaded after the first screen");
  const first = [...initial].map((name) => chunks.get(name)?.code ?? "").join("\n");
  assert.doesNotMatch(first, /zxing_reader|prepareZXingModule/, "the code reader comes with the camera");
  const files = built.output.map(({ fileName }) => fileName);
  assert.ok(
    files.some((name) => /^assets\/zxing_reader-.*\.wasm$/.test(name)),
    "its WebAssembly lies on our own server",
  );
  for (const file of built.output) {
    const text = file.type === "chunk" ? file.code : String(file.source);
    const named = [...text.matchAll(/https?:\/\/([\w.-]+)/g)].map((match) => match[1] ?? "");
    const strangers = [...new Set(named)].filter((host) => !neverAsked.has(host));
    assert.deepEqual(strangers, [], `${file.fileName} names another host`);
  }
});

/** Names of namespaces, and of pages where error messages are explained: text, no address that is asked. */
const neverAsked = new Set(["www.w3.org", "react.dev", "react.i18next.com", "fb.me"]);

type FetchEvent = { request: Request & { mode: string }; respondWith(answer: unknown): void };

/** The service worker's own fetch handler, and whether it takes a request. */
function takes(method: string, address: string): "taken" | "leftAlone" {
  const listeners = new Map<string, (event: FetchEvent) => void>();
  const self = {
    registration: { scope: "https://shop.example/cashier/" },
    addEventListener: (name: string, listener: (event: FetchEvent) => void) => listeners.set(name, listener),
  };
  const caches = { match: async () => new Response("kept"), open: async () => ({ put: () => undefined }) };
  const fetch = async (): Promise<Response> => new Response("fresh");
  const source = workerSource({ files: ["", "assets/index.js"], revision: "1" });
  new Function("self", "caches", "fetch", source)(self, caches, fetch);
  let taken: "taken" | "leftAlone" = "leftAlone";
  const request = Object.assign(new Request(address, { method }), {});
  listeners.get("fetch")?.({
    request: request as FetchEvent["request"],
    respondWith: () => (taken = "taken"),
  });
  return taken;
}

test("the service worker keeps the shell and the voice, and never an answer of the platform", () => {
  assert.equal(takes("GET", "https://shop.example/cashier/"), "taken");
  assert.equal(takes("GET", "https://shop.example/cashier/speech/sprite.wav"), "taken");
  for (const [method, address] of [
    ["GET", "https://shop.example/v1/payments"],
    ["GET", "https://shop.example/v1/terminals/trm_1/methods"],
    ["POST", "https://shop.example/v1/payments"],
    ["POST", "https://shop.example/cashier/"],
    ["GET", "https://shop.example/console/"],
    ["GET", "https://elsewhere.example/cashier/"],
  ] as const)
    assert.equal(takes(method, address), "leftAlone", `${method} ${address}`);
});
