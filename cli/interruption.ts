// Ctrl-C in a command that must tidy up: the work ends at its next step, and its own "finally" does the rest.
import { CommandError } from "./problem.ts";

/** Aborted by the first SIGINT or SIGTERM; a second one ends the process as it always does. */
export function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    process.once(name, () =>
      controller.abort(new CommandError("已中断，没有留下结果。\nInterrupted; nothing is left of it.")),
    );
  }
  return controller.signal;
}
