import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { contrastRatio, parseTokens } from "./tokens.ts";

const tokens = parseTokens(readFileSync(new URL("tokens.css", import.meta.url), "utf8"));
const schemes = ["light", "dark"] as const;
const states = ["paid", "processing", "unpaid", "person", "broken"];
const surfaces = ["color-page", "color-surface", "color-surface-sunken"];

// WCAG 2.2 AA: 4.5 for text (1.4.3), 3 for shapes that carry meaning and for large text (1.4.11).
const textRatioMin = 4.5;
const shapeRatioMin = 3;

const pairs: ReadonlyArray<readonly [foreground: string, background: string, ratioMin: number]> = [
  ...surfaces.flatMap((surface) => [
    ["color-ink", surface, 7] as const,
    ["color-ink-soft", surface, textRatioMin] as const,
    ["color-ink-faint", surface, shapeRatioMin] as const,
    ["color-line-strong", surface, shapeRatioMin] as const,
    ["color-accent", surface, textRatioMin] as const,
    ["color-focus", surface, shapeRatioMin] as const,
    ...states.map((state) => [`color-${state}`, surface, textRatioMin] as const),
  ]),
  ...["color-accent", "color-accent-hover", "color-accent-pressed"].map(
    (accent) => ["color-on-accent", accent, textRatioMin] as const,
  ),
  ["color-accent", "color-accent-tint", textRatioMin],
  ["color-ink", "color-accent-tint", textRatioMin],
  ["color-ink", "color-surface-pressed", textRatioMin],
  ...states.flatMap((state) => [
    [`color-${state}`, `color-${state}-tint`, textRatioMin] as const,
    ["color-ink", `color-${state}-tint`, textRatioMin] as const,
    [`color-on-${state}-fill`, `color-${state}-fill`, textRatioMin] as const,
  ]),
];

const valueOf = (name: string, scheme: "light" | "dark"): string => {
  const value = tokens.get(name);
  assert.ok(value, `${name} is a token`);
  return value[scheme];
};

test("every pair of ink and ground that screens use is readable in light and in dark", () => {
  const tooFaint = schemes.flatMap((scheme) =>
    pairs
      .map(([ink, ground, ratioMin]) => ({
        pair: `${scheme}: ${ink} on ${ground}`,
        ratio: contrastRatio(valueOf(ink, scheme), valueOf(ground, scheme)),
        ratioMin,
      }))
      .filter(({ ratio, ratioMin }) => ratio < ratioMin),
  );
  assert.deepEqual(tooFaint, []);
});

test("every colour has a value of its own for light and for dark", () => {
  const fillsSharedByBoth = new Set(states.map((state) => `color-on-${state}-fill`));
  const same = [...tokens]
    .filter(
      ([name, { light, dark }]) =>
        name.startsWith("color-") && light === dark && !fillsSharedByBoth.has(name),
    )
    .map(([name]) => name);
  assert.deepEqual(same, []);
});

test("spacing is on the 8-px grid, with 4 as its half", () => {
  const spaces = [...tokens].filter(([name]) => name.startsWith("space-"));
  assert.ok(spaces.length >= 8, `${spaces.length} spaces`);
  for (const [name, { light }] of spaces) {
    const pixels = Number.parseFloat(light) * 16;
    assert.equal(`space-${pixels}`, name);
    assert.ok(pixels === 4 || pixels % 8 === 0, `${name} is ${pixels} px`);
  }
});

test("contrast is what WCAG says it is", () => {
  assert.equal(contrastRatio("#000000", "#ffffff"), 21);
  assert.equal(contrastRatio("#777777", "#777777"), 1);
  assert.equal(contrastRatio("#767676", "#ffffff").toFixed(2), "4.54");
  assert.throws(() => contrastRatio("teal", "#ffffff"), RangeError);
});
