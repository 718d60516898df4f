import assert from "node:assert/strict";
import { test } from "node:test";
import { bothOrNeither } from "./stage.ts";

const failure = new Error("it did not start");
const later = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

type Opened = Readonly<{ name: string; close(): Promise<void> }>;

/** Something that opens, now or a moment later, and notes that it was closed. */
function opening(closed: string[], name: string, when: "now" | "later" = "now"): Promise<Opened> {
  const close = async (): Promise<void> => {
    await later();
    closed.push(name);
  };
  return (when === "now" ? Promise.resolve() : later().then(later)).then(() => ({ name, close }));
}
const close = (opened: Opened): Promise<void> => opened.close();

test("two things that start are both handed over, and nothing is closed", async () => {
  const closed: string[] = [];
  const [one, other] = await bothOrNeither(
    { opening: opening(closed, "platform", "later"), close },
    { opening: opening(closed, "browser"), close },
  );
  assert.deepEqual([one.name, other.name, closed], ["platform", "browser", []]);
});

test("where one of two does not start, the other is closed before it is said, even if it comes up later", async () => {
  for (const when of ["now", "later"] as const) {
    const closed: string[] = [];
    const failing = { opening: Promise.reject<Opened>(failure), close };
    await assert.rejects(
      bothOrNeither(failing, { opening: opening(closed, "browser", when), close }),
      failure,
    );
    assert.deepEqual(closed, ["browser"]);
    const failingToo = { opening: Promise.reject<Opened>(failure), close };
    await assert.rejects(
      bothOrNeither({ opening: opening(closed, "platform", when), close }, failingToo),
      failure,
    );
    assert.deepEqual(closed, ["browser", "platform"]);
  }
});

test("where neither starts, the first of the two failures is told", async () => {
  const first = { opening: later().then(() => Promise.reject(failure)), close };
  const second = { opening: Promise.reject(new Error("no browser either")), close };
  await assert.rejects(bothOrNeither(first, second), failure);
});
