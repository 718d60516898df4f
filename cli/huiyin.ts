#!/usr/bin/env node
// The huiyin command: starts the platform and speaks to a running one.
import { CommanderError } from "commander";
import { exitCodes } from "./exit.ts";
import { createProgram } from "./program.ts";
import { explain } from "./problem.ts";

try {
  await createProgram().parseAsync(process.argv);
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  } else {
    const { message, exitCode } = explain(error);
    console.error(message);
    process.exitCode = exitCode;
  }
}
