// A part of the callbacks in a thread of its own.
import { parentPort, workerData } from "node:worker_threads";
import { runCallbacks, type CallbackOptions } from "./run.ts";

parentPort?.postMessage(await runCallbacks(workerData as CallbackOptions));
