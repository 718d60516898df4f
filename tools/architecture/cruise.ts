// Checks who imports whom, by the rules of .dependency-cruiser.cjs.
import { cruise, type ICruiseOptions, type ICruiseResult, type IConfiguration } from "dependency-cruiser";
import { globSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";

/** One import that a rule forbids. */
export type Violation = Readonly<{ rule: string; from: string; to: string; advice: string }>;

export const configuration = createRequire(import.meta.url)(
  "../../.dependency-cruiser.cjs",
) as IConfiguration;

const folders = [
  "contract",
  "client",
  "server",
  "sandbox",
  "console",
  "cashier",
  "cli",
  "sim",
  "bench",
  "e2e",
  "tools",
];
const ignored = /(^|\/)(node_modules|dist|plants)(\/|$)/;

/**
 * The violations in a tree laid out like this repository. Throws when a TypeScript file of the tree was not looked
 * at: the tool falls silent, with exit code 0, beside a TypeScript that it does not know.
 */
export async function violationsIn(directory: string): Promise<readonly Violation[]> {
  // Without a slash at the end, or the tool takes it for something unusual.
  const baseDirectory = resolve(directory);
  const files = globSync(`{${folders.join(",")}}/**/*.{ts,tsx}`, {
    cwd: baseDirectory,
    exclude: (name) => ignored.test(name) || name.endsWith(".d.ts"),
  });
  const options: ICruiseOptions = {
    ...configuration.options,
    baseDir: baseDirectory,
    validate: true,
    ruleSet: { forbidden: configuration.forbidden ?? [] },
  };
  const { output } = await cruise(files, options, configuration.options?.enhancedResolveOptions ?? {});
  const result = output as ICruiseResult;
  const seen = new Set(
    result.modules.filter((module) => module.dependencies !== undefined).map((module) => module.source),
  );
  const unseen = files.filter((file) => !seen.has(file));
  const importsFound = result.summary.totalDependenciesCruised ?? 0;
  if (unseen.length > 0)
    throw new Error(
      `The import rules did not look at ${unseen.length} files: ${unseen.slice(0, 5).join(", ")} …`,
    );
  if (importsFound < files.length / 2)
    throw new Error(`Only ${importsFound} imports seen in ${files.length} files of ${baseDirectory}.`);
  const advice = new Map(configuration.forbidden?.map((rule) => [rule.name, rule.comment]));
  return result.summary.violations.map(({ rule, from, to }) => ({
    rule: rule.name,
    from,
    to,
    advice: advice.get(rule.name) ?? "",
  }));
}
