// Output of a command: a table for people, one JSON value for scripts.

export type Output = "people" | "json";

/** Prints a value as JSON, or lets the caller print it for people. */
export function print(output: Output, value: unknown, forPeople: () => void): void {
  if (output === "json") console.log(JSON.stringify(value, null, 2));
  else forPeople();
}

/** Columns padded to their widest cell; Chinese characters count as two. */
export function table(rows: ReadonlyArray<readonly string[]>): string {
  const widths: number[] = [];
  for (const row of rows)
    row.forEach((cell, column) => (widths[column] = Math.max(widths[column] ?? 0, widthOf(cell))));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell + " ".repeat((widths[column] ?? 0) - widthOf(cell)))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

function widthOf(text: string): number {
  let width = 0;
  for (const character of text)
    width +=
      /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]/.test(
        character,
      )
        ? 2
        : 1;
  return width;
}

/** 1250 → "¥12.50". */
export function yuan(fen: number): string {
  return `¥${(fen / 100).toFixed(2)}`;
}
