// Loaded into the platform’s own process before anything else (node --import): says how long its thread was held up and
// what it holds in memory, over a socket of its own. It hears of accidents, and prevents none.
import { createServer } from "node:net";
import type { Watched } from "./server.ts";

const lookMs = 50;
const stallMsMin = 1_000;

const stalls: number[] = [];
let longestMs = 0;
let before = process.threadCpuUsage();
let told = process.cpuUsage();

/**
 * Processor time of the thread between two looks: however busy the machine is, only our own work counts. A thread that waits
 * for the processor is no stall of ours.
 */
setInterval(() => {
  const now = process.threadCpuUsage();
  const heldMs = (now.user - before.user + now.system - before.system) / 1_000;
  before = now;
  longestMs = Math.max(longestMs, heldMs);
  if (heldMs > stallMsMin) stalls.push(Math.round(heldMs));
}, lookMs).unref();

const collect = (globalThis as { gc?: () => void }).gc;

const path = process.env["HUIYIN_FUZZ_WATCH"];
if (path !== undefined)
  createServer((socket) => {
    socket.on("error", () => socket.destroy());
    socket.once("data", (question: Buffer) => {
      // Twice: what the first round finalises, the second one frees.
      for (let turn = 0; turn < 2 && question.toString() === "collected"; turn += 1) collect?.();
      const { heapUsed } = process.memoryUsage();
      const { user, system } = process.cpuUsage(told);
      told = process.cpuUsage();
      const watched: Watched = {
        heapBytes: heapUsed,
        cpuMs: Math.round((user + system) / 1_000),
        stallsMs: stalls.splice(0),
        longestMs: Math.round(longestMs),
      };
      // This very look was long.
      before = process.threadCpuUsage();
      longestMs = 0;
      socket.end(JSON.stringify(watched));
    });
  })
    .listen(path)
    .unref();
