// The platform’s own alarm: assertions, unhandled rejections and error lines are bugs, whatever the weather.
import type { Checker } from "./checker.ts";

export const nothingFails: Checker = {
  name: "nothingFails",
  promise:
    "No assertion fails, no promise is left rejected, no error is logged; and the simulated networks are sound.",
  check: ({ bugs, bank }) => [
    ...bugs.map((problem) => ({ about: "platform", problem })),
    ...bank.networks.flatMap(({ code, world }) =>
      world.problems().map((problem) => ({ about: code, problem })),
    ),
  ],
};
