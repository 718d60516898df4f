/** A source as it was compiled: its size in bytes, its time, a hash of its text. */
export type Source = Readonly<{ size: number; mtimeMs: number; hash: string }>;

export const root: string;
export const manifestName: string;
export function manifestOf(files: readonly string[], folder?: string): Readonly<Record<string, Source>>;
export function isCurrent(directory: string, folder?: string): boolean;
