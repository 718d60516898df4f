// Chance from a seed: the same seed and name give the same numbers on every machine.
import { createHash } from "node:crypto";

export type Chance = Readonly<{
  /** A number in [0, 1). */
  next(): number;
  /** A whole number, both ends included. */
  integer(min: number, max: number): number;
  /** True so often, as a share of 1. */
  happens(share: number): boolean;
  /** One of the items, each as likely as the other. */
  pick<Item>(items: readonly Item[]): Item;
  /** One of the words, each as likely as its weight says. */
  weighted<Word extends string>(weights: Readonly<Record<Word, number>>): Word;
  bytes(count: number): Uint8Array;
}>;

/** A stream of its own for each name, so that one more draw of one actor does not change what another one draws. */
export function createChance(seed: number, name: string): Chance {
  const next = sfc32(createHash("sha256").update(`${seed}/${name}`).digest());
  const integer = (min: number, max: number): number => min + Math.floor(next() * (max - min + 1));
  return {
    next,
    integer,
    happens: (share) => next() < share,
    pick: (items) => {
      const item = items[integer(0, items.length - 1)];
      if (item === undefined) throw new RangeError("nothing to pick from");
      return item;
    },
    weighted: (weights) => {
      const words = Object.keys(weights) as Array<keyof typeof weights>;
      let left = next() * words.reduce((sum, word) => sum + weights[word], 0);
      for (const word of words) {
        left -= weights[word];
        if (left < 0) return word;
      }
      throw new RangeError("the weights are all zero");
    },
    bytes: (count) => Uint8Array.from({ length: count }, () => integer(0, 255)),
  };
}

/** Chris Doty-Humphrey’s small fast counting generator: 128 bits of state, passes PractRand. */
function sfc32(seed: Buffer): () => number {
  let a = seed.readUInt32LE(0);
  let b = seed.readUInt32LE(4);
  let c = seed.readUInt32LE(8);
  let counter = 1;
  const draw = (): number => {
    const sum = (a + b + counter) >>> 0;
    counter = (counter + 1) >>> 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) >>> 0;
    c = (((c << 21) | (c >>> 11)) + sum) >>> 0;
    return sum / 4_294_967_296;
  };
  for (let round = 0; round < 12; round += 1) draw();
  return draw;
}
