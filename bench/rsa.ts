// How many RSA-2048 signatures this machine makes with all of its cores: the bound that RSA sets to signed payments.
import { generateKeyPairSync, sign } from "node:crypto";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";

const messageBytes = 800;

/** Signatures a second of all cores together, as RSA2 has them (PKCS #1 v1.5, SHA-256, 2,048 bits). */
export async function signaturesPerSecond(durationMs: number): Promise<number> {
  const rates = await Promise.all(
    Array.from({ length: availableParallelism() }, () => rateOfWorker(durationMs)),
  );
  return rates.reduce((sum, rate) => sum + rate, 0);
}

function rateOfWorker(durationMs: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(fileURLToPath(import.meta.url), { workerData: { durationMs } });
    worker.once("message", resolve);
    worker.once("error", reject);
  });
}

function measure(durationMs: number): number {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2_048 });
  const message = Buffer.alloc(messageBytes, "m");
  // The first ones pay for setting up.
  for (let warm = 0; warm < 20; warm += 1) sign("sha256", message, privateKey);
  const startMs = performance.now();
  let count = 0;
  for (; performance.now() - startMs < durationMs; count += 1) sign("sha256", message, privateKey);
  return (count * 1_000) / (performance.now() - startMs);
}

if (!isMainThread) parentPort?.postMessage(measure((workerData as { durationMs: number }).durationMs));
