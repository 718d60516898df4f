// A part of the callbacks in a thread of its own. What is done is told beside the report.
import { parentPort, workerData } from "node:worker_threads";
import { runCallbacks, type CallbackOptions } from "./run.ts";

const tell = (line: string): void => void process.stderr.write(`${line}\n`);

parentPort?.postMessage(await runCallbacks(workerData as CallbackOptions, tell));
