// A planted bug as a file: a header that says what it breaks and who must notice, then the patch. Who must notice is a
// checker of the simulation, or, with “test-file:”, the one test of that name in that file.

export type Mutant = Readonly<{
  name: string;
  /** What it breaks, in one sentence. */
  breaks: string;
  /** These checkers report it, and no others but those in `also`. With a test file, the name of the test that fails. */
  killedBy: readonly string[];
  /** The file of the test, relative to the root; null where the simulation is run. */
  testFile: string | null;
  /** Checkers that may report a consequence of it as well. */
  also: readonly string[];
  /** Tried one after the other until the mutated line is reached. */
  seeds: readonly number[];
  payments: number;
  /** Files that the patch changes, relative to the root. */
  touches: readonly string[];
}>;

/** Reads the header. Throws with a sentence that says what is missing. */
export function readMutant(name: string, text: string): Mutant {
  const header = text.slice(0, text.indexOf("diff --git"));
  const fields = new Map(
    [...header.matchAll(/^([a-z-]+): (.+)$/gm)].map(
      ([, key = "", value = ""]) => [key, value.trim()] as const,
    ),
  );
  const field = (key: string): string => {
    const value = fields.get(key);
    if (value === undefined) throw new Error(`${name}.patch: the header has no “${key}:”`);
    return value;
  };
  if (field("name") !== name) throw new Error(`${name}.patch: the header names ${field("name")}`);
  const touches = [...text.matchAll(/^\+\+\+ b\/(.+)$/gm)].map(([, path = ""]) => path);
  if (!text.includes(reachedMark)) throw new Error(`${name}.patch: no line calls ${reachedMark}`);
  const testFile = fields.get("test-file") ?? null;
  if (testFile !== null) {
    const simulated = { also: [], seeds: [], payments: 0 };
    return { name, breaks: field("breaks"), killedBy: [field("killed-by")], testFile, touches, ...simulated };
  }
  return {
    name,
    breaks: field("breaks"),
    killedBy: wordsOf(field("killed-by")),
    testFile,
    also: wordsOf(fields.get("also") ?? ""),
    seeds: wordsOf(field("seeds")).map(Number),
    payments: Number(field("payments")),
    touches,
  };
}

function wordsOf(text: string): string[] {
  return text.split(/[ ,]+/).filter((word) => word !== "");
}

/** What the mutated line calls, so that a run can say whether it was reached. */
export const reachedMark = "mutantReached";
