// One town of a long run, in a thread of its own.
import { parentPort, workerData } from "node:worker_threads";
import { simulate } from "./run.ts";
import { openMemoryStore } from "./stores.ts";
import type { Days } from "./volume.ts";

const { seed, payments } = workerData as Days;
parentPort?.postMessage(await simulate({ seed, payments, store: openMemoryStore() }));
