// Assertions are for our own bugs. They stay on in production and are never caught inside a module.

export class AssertionError extends Error {
  override readonly name = "AssertionError";
}

/** Stops the operation when something that must be true is not. Put the offending value into the message. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new AssertionError(message);
}

/** The end of every switch over a closed union: a new case becomes a compile error here. */
export function unreachable(value: never): never {
  throw new AssertionError(`unreachable case: ${JSON.stringify(value)}`);
}
