// The papers of receipt printers.

/** Widths of the rolls, in millimetres. */
export const paperWidthsMm = [58, 80] as const;
export type PaperWidthMm = (typeof paperWidthsMm)[number];
