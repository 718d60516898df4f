// Signatures at once and on this thread, for whoever imports this file. The product signs and checks on the threads of
// node:crypto, so that others are served meanwhile; nobody is served meanwhile here, and waking a thread costs more than a
// key of 512 bits. What is signed, and whether it holds, is the same.
import crypto from "node:crypto";
import { syncBuiltinESMExports } from "node:module";

type Told<Result> = (error: Error | null, result?: Result) => void;

/** The same call, which tells its result as if a thread had found it. */
function onThisThread<Given extends unknown[], Result>(
  call: (...given: Given) => Result,
): (...given: [...Given, Told<Result>?]) => Result | undefined {
  return (...given) => {
    const told = typeof given.at(-1) === "function" ? (given.pop() as Told<Result>) : null;
    if (told === null) return call(...(given as unknown as Given));
    try {
      const result = call(...(given as unknown as Given));
      queueMicrotask(() => told(null, result));
    } catch (error) {
      queueMicrotask(() => told(error as Error));
    }
    return undefined;
  };
}

Object.assign(crypto, { sign: onThisThread(crypto.sign), verify: onThisThread(crypto.verify) });
syncBuiltinESMExports();
