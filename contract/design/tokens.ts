// Reads tokens.css, so that code which needs a value (a theme of a component library, the contrast test)
// takes it from the one place where it is defined.

/** Token name without the leading dashes → its value in each scheme (equal where it does not depend on it). */
export type Tokens = ReadonlyMap<string, Readonly<{ light: string; dark: string }>>;

/** All tokens of the first `:root` block. Throws nothing: what is no token is passed over. */
export function parseTokens(css: string): Tokens {
  const withoutComments = css.replaceAll(/\/\*[\s\S]*?\*\//g, "");
  const root = /:root\s*\{([^}]*)\}/.exec(withoutComments)?.[1] ?? "";
  const tokens = new Map<string, Readonly<{ light: string; dark: string }>>();
  for (const [, name = "", value = ""] of root.matchAll(/--([\w-]+):\s*([^;]+);/g)) {
    const both = /^light-dark\(\s*([^,]+),\s*([^,)]+)\)$/.exec(value.trim());
    tokens.set(name, { light: both?.[1]?.trim() ?? value.trim(), dark: both?.[2]?.trim() ?? value.trim() });
  }
  return tokens;
}

/**
 * Contrast of two colours written #rrggbb: 1 … 21, as WCAG 2.2 defines it (relative luminance, success criterion 1.4.3).
 * @throws RangeError on any other way of writing a colour.
 */
export function contrastRatio(one: string, other: string): number {
  const [darker, lighter] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
  return (lighter + 0.05) / (darker + 0.05);
}

function luminance(colour: string): number {
  if (!/^#[0-9a-f]{6}$/i.test(colour)) throw new RangeError(`${colour} is not written #rrggbb`);
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
