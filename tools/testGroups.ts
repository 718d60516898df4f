// Which test files run when, and several in one process: most take a second of processor time to read the server and a moment to run.
import { writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";

/** How many files share a process. More save little, and those that wait for the last process wait longer. */
const filesTogether = 24;

/**
 * Whole processes, browsers and long runs: what they start and how long they take is nobody else’s. A build by Vite says
 * to its whole process that it is production.
 */
const byItself = /^(e2e|bench)\/|^sim\/(simulate|memory)|^cli\/(demo|doctor)|^tools\/compressed/;

/** These load the machine until it refuses, and kill what answers: beside them nobody keeps a time, nor they beside others. */
const aloneAtTheEnd = /^e2e\/faults\//;

/**
 * These keep no time and kill nothing: beside those alone, they take what is left. As much work as fits there, or a
 * little more: two of them go on together when those alone have ended.
 */
const patientBeside = /(^|\/)mutants\.test\.ts$|^sim\//;

/** These wait most of the time, and hear sounds: with too many of their own kind beside them they would hear none. */
const wholePlatforms = /^(e2e|bench)\//;

export type Places = Readonly<Record<"first" | "whole" | "alone" | "patient", readonly string[]>>;

/** Where each file runs, in the given order. Where nothing wants to be alone, nobody is patient: it would idle. */
export function placesOf(root: string, files: readonly string[]): Places {
  const isAlone = (file: string): boolean => aloneAtTheEnd.test(relative(root, file));
  const alone = files.filter(isAlone);
  const isPatient = (file: string): boolean => alone.length > 0 && patientBeside.test(relative(root, file));
  const early = files.filter((file) => !isAlone(file) && !isPatient(file));
  const isWhole = (file: string): boolean => wholePlatforms.test(relative(root, file));
  return {
    first: early.filter((file) => !isWhole(file)),
    whole: early.filter(isWhole),
    alone,
    patient: files.filter(isPatient),
  };
}

/**
 * Puts files that may share a process together, neighbours first, as modules in `directory` which read them as suites.
 * The order stays.
 * @returns files to run: those that stay by themselves, and modules that were written
 */
export function groupFiles(root: string, directory: string, files: readonly string[]): readonly string[] {
  const groups: string[] = [];
  let open: string[] = [];
  const close = (): void => {
    const [first, ...more] = open;
    if (first !== undefined) groups.push(more.length === 0 ? first : writeGroup(root, directory, open));
    open = [];
  };
  for (const file of files) {
    if (byItself.test(relative(root, file))) {
      groups.push(file);
      continue;
    }
    open.push(file);
    if (open.length === filesTogether) close();
  }
  close();
  return groups;
}

function writeGroup(root: string, directory: string, files: readonly string[]): string {
  // Named by its first file, so that no other group has its name.
  const place = join(directory, `${relative(root, files[0] ?? "").replaceAll(/[^\w.]+/g, "-")}.group.mjs`);
  const suites = files.map((file) => {
    const [name, url] = [relative(root, file), pathToFileURL(file).href].map((text) => JSON.stringify(text));
    return `describe(${name}, async () => void (await import(${url})));`;
  });
  writeFileSync(place, [`import { describe } from "node:test";`, ...suites, ""].join("\n"));
  return place;
}
