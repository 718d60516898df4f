// How the story is told: line by line for people in both languages, or one JSON object for scripts.
import type { Localized } from "@huiyin/contract/words.ts";
import type { Facts, Step, Telling } from "./story.ts";

export type Colours = "colours" | "plain";

const green = "\u001b[32m";
const red = "\u001b[31m";
const faint = "\u001b[2m";
const off = "\u001b[0m";

/** Tells each step as it happens. */
export function tellingFor(say: (line: string) => void, colours: Colours): Telling {
  const paint = (colour: string, text: string): string =>
    colours === "colours" ? `${colour}${text}${off}` : text;
  let count = 0;
  return {
    begins(name, expected) {
      count += 1;
      say("");
      say(`${String(count).padStart(2)}. ${name.zh} / ${name.en}`);
      say(paint(faint, `    预期 expected  ${factsText(expected)}`));
    },
    ends({ ok, observed }) {
      const mark = ok ? paint(green, "✔") : paint(red, "✖");
      say(`  ${mark} 实际 observed  ${factsText(observed)}`);
    },
  };
}

/** Tells nothing: for JSON. */
export const silent: Telling = { begins: () => undefined, ends: () => undefined };

/** The last lines: whether the story held, and where it did not. */
export function ending(steps: readonly Step[]): string {
  const broken = steps.filter(({ ok }) => !ok);
  if (broken.length === 0) {
    return `\n${steps.length} 步全部如预期，双方账本一分不差。\nAll ${steps.length} steps held, and both books agree to the fen.`;
  }
  const names = broken.map(({ name }: { name: Localized }) => `  ✖ ${name.zh} / ${name.en}`);
  return [
    `\n${broken.length} 步与预期不符 / ${broken.length} of ${steps.length} steps did not hold:`,
    ...names,
  ].join("\n");
}

/** For people: what is absent is left out, lists are read aloud. */
function factsText(facts: Facts): string {
  return Object.entries(facts)
    .filter(([, value]) => value !== null && value !== "")
    .map(([name, value]) => `${name}: ${valueText(value)}`)
    .join(" · ");
}

function valueText(value: unknown): string {
  if (typeof value === "string") return value;
  if (!Array.isArray(value)) return JSON.stringify(value);
  return value.length === 0 ? "—" : value.map(String).join("；");
}
