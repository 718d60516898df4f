// Every bound of backup and restore, with its unit in its name.

export const limits = {
  /** Rows of a table travel in parts of about this size: what is held in memory at once. */
  partBytes: 4_194_304,
  /** The two descriptions in a backup; a table's columns and its hash take about a kilobyte. */
  descriptionBytesMax: 16_777_216,
  /** Quick, and a fifth of the size; a higher level costs the running platform its processor. */
  compressionLevel: 3,
} as const;
