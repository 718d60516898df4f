// What strangers send, as often as the machine allows within npm test. More of it: npm run fuzz -- --inputs 1000000 --seed N
import assert from "node:assert/strict";
import { test } from "node:test";
import { parseArguments } from "./arguments.ts";
import { areaNames } from "./input.ts";
import { fuzz } from "./run.ts";

const inputs = 100_000;

test("a hundred thousand inputs that nobody should send leave the platform well and its books balanced", async () => {
  const report = await fuzz({ areas: areaNames, inputs, seed: 1, only: null }, () => undefined);
  assert.deepEqual(report.findings, []);
  assert.ok(report.inputs >= inputs, `${report.inputs} inputs`);
});

for (const [words, expected] of [
  [[], { areas: areaNames, inputs: 100_000, seed: 1, only: null, output: "text" }],
  [
    ["--inputs", "1000000", "--seed", "7"],
    { areas: areaNames, inputs: 1_000_000, seed: 7, only: null, output: "text" },
  ],
  [["mqtt", "--json"], { areas: ["mqtt"], inputs: 100_000, seed: 1, only: null, output: "json" }],
  [
    ["--only", "http:17"],
    { areas: ["http"], inputs: 100_000, seed: 1, only: { area: "http", from: 17, to: 17 }, output: "text" },
  ],
  [
    ["--only", "bills:3-9"],
    { areas: ["bills"], inputs: 100_000, seed: 1, only: { area: "bills", from: 3, to: 9 }, output: "text" },
  ],
] as const)
  test(`“${words.join(" ")}” is understood`, () => {
    assert.deepEqual(parseArguments(words), { kind: "run", ...expected });
  });

for (const words of [
  ["--inputs", "0"],
  ["--inputs", "1e9"],
  ["--seed", "x"],
  ["--only", "http"],
  ["--only", "x:1"],
  ["--only", "http:9-3"],
  ["dance"],
  ["--loudly"],
])
  test(`“${words.join(" ")}” is no wish that can be granted`, () => {
    assert.equal(parseArguments(words).kind, "wrong");
  });
