// An account that changes its way of connecting leaves nothing of the old way behind: exactly one way may be filled in.
import { chooseMode } from "@huiyin/contract/configModes.ts";

type Mode = Readonly<{ code: string; fields: readonly string[] }>;

/** What somebody wants to set. `mode` is the way that a person chose; null where a file says it by its fields alone. */
export type Wanted = Readonly<{ given: Readonly<Record<string, string>>; mode: string | null }>;

/**
 * The stored fields that have to go, in the order of the modes. A file that fits the stored way changes it only where it
 * says so; one that contradicts it means the way that its own fields make.
 * @param stored keys of the fields that are filled in, secret ones among them
 */
export function leftBehind(
  modes: readonly Mode[],
  stored: ReadonlySet<string>,
  { given, mode }: Wanted,
): string[] {
  const filled = new Set(Object.keys(given).filter((key) => given[key] !== ""));
  const kept = new Set([...stored].filter((key) => given[key] !== ""));
  const wanted = mode === null ? modeOfFile(modes, kept, filled) : modes.find(({ code }) => code === mode);
  if (wanted === undefined) return [];
  const ofModes = new Set(modes.flatMap(({ fields }) => fields));
  return [...ofModes].filter((key) => kept.has(key) && !wanted.fields.includes(key));
}

function modeOfFile(
  modes: readonly Mode[],
  kept: ReadonlySet<string>,
  filled: ReadonlySet<string>,
): Mode | undefined {
  if (chooseMode(modes, new Set([...kept, ...filled])).kind !== "mixed") return undefined;
  const own = chooseMode(modes, filled);
  return own.kind === "chosen" ? own.mode : undefined;
}
