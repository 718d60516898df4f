// A thread of a long run: one town after the other, as they are handed to it.
import { parentPort } from "node:worker_threads";
import { simulate } from "./run.ts";
import { openMemoryStore } from "./stores.ts";
import type { Days } from "./volume.ts";

parentPort?.on("message", ({ seed, payments }: Days) => {
  // What rejects ends the thread, and with it the whole run.
  void simulate({ seed, payments, store: openMemoryStore() }).then((report) =>
    parentPort?.postMessage(report),
  );
});
