// Exit codes that scripts may rely on.

export const exitCodes = {
  ok: 0,
  /** Refused, or something was found broken. */
  refused: 1,
  /** The command line or the environment is wrong. */
  usage: 2,
} as const;
