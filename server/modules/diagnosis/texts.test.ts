import assert from "node:assert/strict";
import { test } from "node:test";
import { surenessWords, type Sureness } from "@huiyin/contract/words.ts";
import { causeOf, causes } from "./causes.ts";
import { exampleFile, exampleTerminal } from "./example.ts";
import { textsOf } from "./texts.ts";

const surenesses = Object.keys(surenessWords) as Sureness[];
const huabei = causeOf("C-MCH-01");

test("a text names shop and payment, and says probably only where it is not sure", () => {
  const file = exampleFile();
  const sure = textsOf(huabei, file, "certain").merchant;
  const likely = textsOf(huabei, file, "likely").merchant;
  assert.match(likely.zh, /^11-22 12:00 的 ¥12\.50 没有收成，原因很可能是“回音咖啡”没有开通花呗收款/);
  assert.match(likely.en, /^The payment of ¥12\.50 at 11-22 12:00 was probably refused because Echo Coffee/);
  assert.doesNotMatch(sure.zh, /很可能/);
  assert.doesNotMatch(sure.en, /probably/);
});

test("without a payment the sentence still is one", () => {
  const file = exampleFile({ payment: null, arrivals: [], timeline: [] });
  assert.match(textsOf(huabei, file, "likely").merchant.zh, /^收款没有收成，原因很可能是/);
  assert.match(textsOf(huabei, file, "likely").merchant.en, /^A payment was probably refused because/);
});

test("no text has a hole left, a doubled space or a space before a full stop, whoever reads it", () => {
  for (const file of [
    exampleFile(),
    exampleFile({ payment: null }),
    exampleFile({ terminal: null }),
    exampleFile({ terminal: exampleTerminal({ name: "收银台 $& 一" }) }),
  ]) {
    for (const cause of causes) {
      for (const told of [cause, ...(cause.variants ?? []).map((variant) => ({ ...cause, ...variant }))]) {
        for (const sureness of surenesses) {
          for (const { zh, en } of Object.values(textsOf(told, file, sureness))) {
            assert.doesNotMatch(`${zh} ${en}`, /\{\w+\}| {2}/, cause.id);
            assert.doesNotMatch(en, / [,.;]/, cause.id);
            assert.match(en, /^[^a-z]/, cause.id);
          }
        }
      }
    }
  }
});
