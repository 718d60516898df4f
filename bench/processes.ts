// A part of a measurement in a process of its own: to each question one answer, over the channel that Node gives to children.
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { isCurrent } from "../tools/compiled.mjs";

type Question = Readonly<{ number: number; name: string; question: unknown }>;
/** Names its question: several may be under way at once, and the shorter answer comes first. */
type Reply = Readonly<{ number: number }> &
  Readonly<{ ok: true; value: unknown } | { ok: false; problem: string }>;

export type Part<Questions extends Record<string, (question: never) => unknown>> = Readonly<{
  /** Asks and waits for the answer. Rejects with what went wrong there, and where the process ends before it. */
  ask<Name extends keyof Questions & string>(
    name: Name,
    question: Parameters<Questions[Name]>[0],
  ): Promise<Awaited<ReturnType<Questions[Name]>>>;
  /** Lets it end by itself, after what it is doing. */
  end(): Promise<void>;
}>;

/**
 * Starts a file of this folder, as it was compiled where that is what the sources say. Its answers are those that it
 * hands to `answerQuestions`.
 */
export function startPart<Questions extends Record<string, (question: never) => unknown>>(
  file: string,
  nodeWords: readonly string[] = [],
): Part<Questions> {
  const child = fork(programOf(file), [], {
    serialization: "advanced",
    execArgv: [...nodeWords],
    // Nothing of it may stand between the numbers of a measurement.
    stdio: ["ignore", 2, 2, "ipc"],
  });
  let questions = 0;
  return {
    ask: async (name, question) => {
      questions += 1;
      const reply = await replyOf(child, file, { number: questions, name, question });
      if (!reply.ok) throw new Error(`${file}: ${reply.problem}`);
      return reply.value as never;
    },
    end: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, "exit");
      child.disconnect();
      await ended;
    },
  };
}

/** For saying goodbye. */
const endMsMax = 10_000;

const compiled = fileURLToPath(new URL("dist", import.meta.url));
let current: boolean | null = null;

/**
 * Whether what `npm run bench` compiled is what the sources say: what is measured is to be what a user runs. Looked at once,
 * so that one run measures one thing.
 */
export function isCompiled(): boolean {
  return (current ??= isCurrent(compiled));
}

function programOf(file: string): string {
  const program = join(compiled, file.replace(/\.ts$/, ".js"));
  return isCompiled() && existsSync(program) ? program : fileURLToPath(new URL(file, import.meta.url));
}

async function replyOf(child: ChildProcess, file: string, question: Question): Promise<Reply> {
  const { promise, resolve, reject } = Promise.withResolvers<Reply>();
  const ended = (code: number | null, signal: string | null): void =>
    reject(new Error(`${file} ended with ${signal ?? `exit code ${code}`}`));
  const hear = (reply: unknown): void => {
    if ((reply as Reply).number === question.number) resolve(reply as Reply);
  };
  child.on("message", hear);
  child.once("exit", ended);
  child.send(question);
  try {
    return await promise;
  } finally {
    child.off("exit", ended);
    child.off("message", hear);
  }
}

/** In the process itself: answers one question after the other until its parent has no more. */
export function answerQuestions(
  answers: Readonly<Record<string, (question: never) => unknown>>,
  finish: () => Promise<void> = () => Promise.resolve(),
): void {
  process.on("message", ({ number, name, question }: Question) => {
    const answering = (async (): Promise<Reply> => {
      const answer = answers[name];
      if (answer === undefined) return { number, ok: false, problem: `no answer to “${name}”` };
      return { number, ok: true, value: await answer(question as never) };
    })();
    void answering
      .catch((error: unknown): Reply => {
        return { number, ok: false, problem: String((error as Error).stack ?? error) };
      })
      .then((reply) => process.send?.(reply));
  });
  // Beside a measurement that was given up there is nobody left who would answer what finishing asks for.
  process.on(
    "disconnect",
    () => void Promise.race([finish(), sleep(endMsMax)]).finally(() => process.exit()),
  );
  // Ctrl-C reaches the whole group; the parent decides in which order its parts end.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => undefined);
}
