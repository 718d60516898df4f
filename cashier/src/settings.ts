// What the cashier chose on this device: language, appearance, sound. Kept by the browser across reloads.
import { paperWidthsMm, type PaperWidthMm } from "./receipt/paper.ts";
import { createStore, type Store } from "./store.ts";
import { languageOf, languages, type Language } from "./words/index.ts";

export const themes = ["system", "light", "dark"] as const;
export type Theme = (typeof themes)[number];

export type Settings = Readonly<{
  language: Language;
  theme: Theme;
  muted: boolean;
  /** 0 … 1. */
  volume: number;
  /** Of the receipt printer. */
  paperWidthMm: PaperWidthMm;
}>;

/** Whether anything would be heard of what is spoken, and which knob silences it. */
export type Sound = "audible" | "muted" | "volumeZero";

/** Muting comes first: with the volume at zero as well, it is what was chosen on purpose. */
export function soundOf({ muted, volume }: Pick<Settings, "muted" | "volume">): Sound {
  if (muted) return "muted";
  return volume === 0 ? "volumeZero" : "audible";
}

/** What one tap on the loudspeaker makes of it: silent, or audible whichever knob was down. */
export function soundSwitched(settings: Settings): Settings {
  if (soundOf(settings) === "audible") return { ...settings, muted: true };
  return { ...settings, muted: false, volume: settings.volume === 0 ? 1 : settings.volume };
}

const storageKey = "huiyin.cashier.settings";

/** Reads what was kept; anything unreadable falls back to the defaults, field by field. */
export function readSettings(kept: string | null, preferredLanguages: readonly string[]): Settings {
  let found: Partial<Record<keyof Settings, unknown>> = {};
  try {
    found = (JSON.parse(kept ?? "{}") ?? {}) as typeof found;
  } catch {
    // Somebody else's text under our key: start afresh.
  }
  const { language, theme, muted, volume, paperWidthMm } = found;
  return {
    language: languages.find((each) => each === language) ?? languageOf(preferredLanguages),
    theme: themes.find((each) => each === theme) ?? "system",
    muted: muted === true,
    volume: typeof volume === "number" && volume >= 0 && volume <= 1 ? volume : 1,
    paperWidthMm: paperWidthsMm.find((each) => each === paperWidthMm) ?? paperWidthsMm[0],
  };
}

/** The settings of this browser. Where storage is forbidden they live as long as the page. */
export function createSettings(): Store<Settings> {
  const store = createStore(readSettings(readKept(), navigator.languages));
  store.subscribe(() => {
    try {
      localStorage.setItem(storageKey, JSON.stringify(store.get()));
    } catch {
      // Private browsing: the choice holds until the page is closed.
    }
  });
  return store;
}

function readKept(): string | null {
  try {
    return localStorage.getItem(storageKey);
  } catch {
    return null;
  }
}
