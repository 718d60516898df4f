import assert from "node:assert/strict";
import { test } from "node:test";
import { addressProblem, standingOf } from "./webhookWords.ts";

const attempt = (problem: "answered" | null) => ({ problem });

test("a message that failed and is tried again is told from one that nobody has sent yet", () => {
  const rows = [
    ["waiting", [], "webhookWaiting"],
    ["waiting", [attempt("answered")], "webhookRetrying"],
    ["waiting", [attempt("answered"), attempt("answered")], "webhookRetrying"],
    // Delivered once, and sent again by hand: nothing is wrong with it.
    ["waiting", [attempt(null), attempt("answered")], "webhookWaiting"],
    ["delivered", [attempt(null)], "webhookDelivered"],
    ["failed", [attempt("answered")], "webhookFailed"],
  ] as const;
  for (const [state, attempts, words] of rows)
    assert.equal(standingOf({ state, attempts })[1], words, `${state} after ${attempts.length}`);
});

test("what is no address is said before it is sent", () => {
  for (const [typed, problem] of [
    ["", "webhookUrlFirst"],
    [" ", "webhookUrlFirst"],
    ["shop.example.com/huiyin", "webhookUrlWrong"],
    ["ftp://x", "webhookUrlWrong"],
    ["https://", "webhookUrlWrong"],
    ["https://shop.example.com/huiyin", "none"],
    // For hosts of one’s own that the installation allows.
    [" http://127.0.0.1:8090/hook ", "none"],
  ] as const)
    assert.equal(addressProblem(typed), problem, typed);
});
