/**
 * A terminal asks for what waits after each connection, and again after so long: the question may have been lost though
 * the connection held, and what has become too old meanwhile is sent to nobody who does not ask. The first time it chooses the
 * moment by chance within this: those that connected together, as after a restart, do not ask together for ever after.
 */
export const askAgainSeconds = 300;
