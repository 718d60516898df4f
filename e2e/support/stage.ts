// A platform and a browser beside it. A test that cannot have both is given neither: what is left open would keep its
// process from ending, and its failure from being told.
import type { Browser } from "playwright-core";
import { openBrowser } from "./browser.ts";
import { startPlatformProcess, type StartedPlatform } from "./process.ts";

export type Opening<Opened> = Readonly<{
  opening: Promise<Opened>;
  close(opened: Opened): PromiseLike<void>;
}>;

/** Both, once both are there. Where one fails, the other is closed first; then it throws what that one threw. */
export async function bothOrNeither<One, Other>(
  one: Opening<One>,
  other: Opening<Other>,
): Promise<readonly [One, Other]> {
  const [first, second] = await Promise.allSettled([one.opening, other.opening]);
  if (first.status === "fulfilled" && second.status === "fulfilled") return [first.value, second.value];
  if (first.status === "fulfilled") await one.close(first.value);
  if (second.status === "fulfilled") await other.close(second.value);
  throw first.status === "rejected" ? first.reason : (second as PromiseRejectedResult).reason;
}

/**
 * Starts both at once; they take turns with the processors anyway, and each waits most of the time.
 * @param browserArguments further arguments of Chromium.
 */
export function platformAndBrowser(
  environment: Readonly<Record<string, string>>,
  browserArguments: readonly string[] = [],
): Promise<readonly [StartedPlatform, Browser]> {
  return bothOrNeither(
    { opening: startPlatformProcess(environment), close: (platform) => platform[Symbol.asyncDispose]() },
    { opening: openBrowser(browserArguments), close: (browser) => browser.close() },
  );
}
