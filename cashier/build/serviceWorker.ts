// Writes dist/sw.js: keeps the shell and the voice pack, so that the till opens without a network and says so itself.
// Answers of the platform are never kept: an old amount is worse than none.
import { createHash } from "node:crypto";
import type { Plugin } from "vite";

/** Files that the shell needs at once; the pieces of the font are kept as they are met. */
const keptFromPublic = ["speech/sprite.wav", "speech/sprite.json", "manifest.webmanifest", "icon.svg"];

export function serviceWorker(): Plugin {
  return {
    name: "huiyin-service-worker",
    apply: "build",
    generateBundle(_options, bundle) {
      const built = Object.keys(bundle).filter((name) => /\.(js|css)$/.test(name));
      const files = ["", ...built, ...keptFromPublic];
      const revision = createHash("sha256").update(files.join("\n")).digest("hex").slice(0, 12);
      this.emitFile({ type: "asset", fileName: "sw.js", source: workerSource({ files, revision }) });
    },
  };
}

/** The service worker as text. `files` are relative to its own address. */
export function workerSource({
  files,
  revision,
}: Readonly<{ files: readonly string[]; revision: string }>): string {
  return `// Made by cashier/build/serviceWorker.ts.
const cacheName = "huiyin-cashier-${revision}";
const scope = new URL(self.registration.scope);
const files = ${JSON.stringify(files)}.map((file) => new URL(file, scope).href);

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(cacheName).then((cache) => cache.addAll(files)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches.keys()
      .then((names) => Promise.all(names.filter((name) => name.startsWith("huiyin-cashier-") && name !== cacheName).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  // Only our own files: never the API, never anything that changes money.
  if (event.request.method !== "GET" || url.origin !== scope.origin || !url.pathname.startsWith(scope.pathname)) return;
  event.respondWith(event.request.mode === "navigate" ? page(event.request) : file(event.request));
});

/** The newest page where there is a network, the kept one where there is none. */
async function page(request) {
  try {
    const response = await fetch(request);
    if (response.ok) return response;
  } catch {
    // No network: the kept shell opens and says so.
  }
  return (await caches.match(scope.href)) ?? Response.error();
}

/** Files with a hash never change; the others are kept for when the network is gone. */
async function file(request) {
  const kept = await caches.match(request);
  if (kept && /\\/assets\\//.test(request.url)) return kept;
  try {
    const response = await fetch(request);
    if (response.ok) (await caches.open(cacheName)).put(request, response.clone());
    return response;
  } catch {
    return kept ?? Response.error();
  }
}
`;
}
