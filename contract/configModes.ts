// Which of several ways to be configured an account is in, by the fields that are filled in. Used by server and console.

/** A way to be configured, as far as it matters here: the fields that it wants, all of them. Modes may share fields. */
export type ModeFields = Readonly<{ fields: readonly string[] }>;

export type ModeChoice<Mode extends ModeFields> =
  /** No field of any mode is filled in. */
  | Readonly<{ kind: "none" }>
  /** The smallest mode that holds every field that is filled in: complete, or the one with the fewest gaps. */
  | Readonly<{ kind: "chosen"; mode: Mode }>
  /** No mode holds all that is filled in: `begun` are those that hold some of it. */
  | Readonly<{ kind: "mixed"; begun: readonly Mode[] }>;

/**
 * A mode that is complete is always the smallest that holds what is filled in: nothing smaller could hold its own fields.
 * Of two of the same size, the first in order.
 * @param filled keys of the fields that are filled in; those of no mode count for nothing
 */
export function chooseMode<Mode extends ModeFields>(
  modes: readonly Mode[],
  filled: ReadonlySet<string>,
): ModeChoice<Mode> {
  const begun = modes.filter(({ fields }) => fields.some((key) => filled.has(key)));
  if (begun.length === 0) return { kind: "none" };
  const wanted = new Set(begun.flatMap(({ fields }) => fields.filter((key) => filled.has(key))));
  const [mode] = begun
    .filter(({ fields }) => [...wanted].every((key) => fields.includes(key)))
    .toSorted((left, right) => left.fields.length - right.fields.length);
  return mode === undefined ? { kind: "mixed", begun } : { kind: "chosen", mode };
}
