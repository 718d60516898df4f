import { strict as assert } from "node:assert";
import { test } from "node:test";
import { troubleOf } from "./camera.ts";

// what the browser throws -> what the cashier is told
const rows = [
  [new DOMException("", "NotAllowedError"), "denied"],
  [new DOMException("", "SecurityError"), "denied"],
  [new DOMException("", "NotFoundError"), "absent"],
  [{ name: "OverconstrainedError" }, "absent"],
  [new DOMException("", "NotReadableError"), "busy"],
  [new DOMException("", "AbortError"), "busy"],
  [new TypeError("x"), "failed"],
  [undefined, "failed"],
] as const;

test("every refusal of the camera has its own word", () => {
  for (const [error, trouble] of rows) assert.equal(troubleOf(error), trouble);
});
