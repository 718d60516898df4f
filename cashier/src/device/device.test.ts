import { strict as assert } from "node:assert";
import { test } from "node:test";
import { normalisedCode } from "./activationCode.ts";
import { serverTimeIn } from "./clock.ts";
import { refusalOf } from "./http.ts";
import { modelOf } from "./vitals.ts";

// as it was typed            -> as it is sent
const codes: ReadonlyArray<readonly [string, string]> = [
  ["7K4M-Q2XP", "7K4MQ2XP"],
  [" 7k4m q2xp ", "7K4MQ2XP"],
  ["7K4M–Q2XP", "7K4MQ2XP"],
  ["OIL0-ABCD", "0110ABCD"],
  ["７Ｋ４Ｍ－Ｑ２ＸＰ", "7K4MQ2XP"],
];

test("an activation code is read as people write it", () => {
  for (const [written, sent] of codes) assert.equal(normalisedCode(written), sent);
});

test("the platform's time is found in the words with which it refuses a signature, in both languages", () => {
  const at = "2026-11-22T13:40:00+08:00";
  assert.equal(serverTimeIn(`请校准终端时间后重试；平台时间为 ${at}，允许误差 300 秒。`), at);
  assert.equal(
    serverTimeIn("Set the clock; the platform's is 2026-11-22T05:40:00.123Z, 300 seconds"),
    "2026-11-22T05:40:00.123Z",
  );
  assert.equal(serverTimeIn("no time here"), null);
});

test("only a problem document of the platform counts as its word", () => {
  const problem = { code: "payer_code_used", retry: "newPayerCode", title: "t", detail: "d", status: 409 };
  assert.deepEqual(refusalOf(problem, 409), problem);
  for (const other of [null, {}, { error: "Bad Gateway" }, "text", { ...problem, retry: 5 }, []])
    assert.equal(refusalOf(other, 502), null, JSON.stringify(other));
});

// user agent -> what the platform is told
const agents: ReadonlyArray<readonly [string, string]> = [
  [
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36",
    "Chrome 156 on Linux",
  ],
  [
    "Mozilla/5.0 (Linux; Android 13; V3 MIX) AppleWebKit/537.36 Chrome/120.0.0.0 Mobile Safari/537.36",
    "Chrome 120 on Android",
  ],
  [
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Version/18.1 Mobile/15E148 Safari/604.1",
    "Safari 18 on iPhone",
  ],
  [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0",
    "Edge 140 on Windows",
  ],
  ["", "Browser on unknown system"],
];

test("the browser is named in a few words that fit the contract", () => {
  for (const [agent, model] of agents) {
    assert.equal(modelOf(agent), model);
    assert.ok(model.length >= 1 && model.length <= 64);
  }
});
