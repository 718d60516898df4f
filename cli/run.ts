// Runs one command: starts the platform, or speaks to a running one.
import { CommanderError } from "commander";
import { exitCodes } from "./exit.ts";
import { createProgram } from "./program.ts";

/** Sets the exit code; what went wrong is told on standard error. */
export async function run(words: readonly string[]): Promise<void> {
  try {
    await createProgram().parseAsync(words);
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    } else {
      const { explain } = await import("./problem.ts");
      const { message, exitCode } = explain(error);
      console.error(message);
      process.exitCode = exitCode;
    }
  }
}
