// The voice of the terminal: loads the voice pack, keeps sentences in order, and tells what was heard.
import { phraseSpeechOf, type Phrase, type Speech } from "@huiyin/contract/speech.ts";
import { createStore, type Store } from "../store.ts";
import { browserClock, createContext, createPlayer, type Played, type Player } from "./player.ts";
import { openSprite, type Sprite } from "./sprite.ts";

export type VoiceState = Readonly<{
  pack: "loading" | "ready" | "unavailable";
  /** The browser lets nothing be heard until it is tapped. */
  locked: boolean;
  /** The announcement being spoken now. */
  saying: string | null;
}>;

/** skipped: its turn came, but `beforeFirst` kept it silent. unavailable: there is no voice pack. */
export type SaidOutcome = Played["outcome"] | "unavailable" | "skipped";

/** One sentence after it was played, for screens, receipts and the tests that listen. */
export type Said = Readonly<{ text: string; outcome: SaidOutcome; clips: Played["clips"]; endedAt: string }>;

export type Voice = Readonly<{
  state: Store<VoiceState>;
  /** The newest sentence that was played. */
  last: Store<Said | null>;
  unlock(): Promise<boolean>;
  setVolume(volume: number): void;
  /** Plays a sentence after those before it. `beforeFirst` runs when its turn comes; false keeps it silent. */
  say(speech: Speech, beforeFirst?: () => Promise<boolean>): Promise<Said>;
  /** Plays a phrase that goes with the screen, unless announcements are waiting; an announcement cuts it off. */
  sayPhrase(phrase: Phrase): void;
}>;

/** Every sentence that was played is also told on this BroadcastChannel: to a second page, or to a test. */
export const saidChannelName = "huiyin-said";

/** One voice at work. */
type Mouth = {
  readonly state: Store<VoiceState>;
  readonly last: Store<Said | null>;
  readonly told: BroadcastChannel | null;
  loaded: Promise<void>;
  player: Player | null;
  volume: number;
  /** The end of the newest sentence that was asked for. */
  turn: Promise<unknown>;
  /** Sentences being played or waiting. */
  waiting: number;
  /** Whether the one being played is a phrase. */
  phrasing: boolean;
};

/** A voice that loads its pack at once from `folder` (an address ending in a slash). */
export function createVoice(folder: string): Voice {
  const mouth: Mouth = {
    state: createStore<VoiceState>({ pack: "loading", locked: true, saying: null }),
    last: createStore<Said | null>(null),
    told: typeof BroadcastChannel === "function" ? new BroadcastChannel(saidChannelName) : null,
    loaded: Promise.resolve(),
    player: null,
    volume: 1,
    turn: Promise.resolve(),
    waiting: 0,
    phrasing: false,
  };
  mouth.loaded = load(mouth, folder);
  return {
    state: mouth.state,
    last: mouth.last,
    say: (speech, beforeFirst) => say(mouth, speech, beforeFirst),
    sayPhrase: (phrase) => sayPhrase(mouth, phrase),
    setVolume: (next) => {
      mouth.volume = next;
      mouth.player?.setVolume(next);
    },
    unlock: async () => {
      await mouth.loaded;
      const granted = (await mouth.player?.unlock()) ?? false;
      noteLock(mouth);
      return granted;
    },
  };
}

async function load(mouth: Mouth, folder: string): Promise<void> {
  try {
    const sprite = await loadSprite(folder);
    const context = createContext(sprite.samplesPerSecond);
    const player = createPlayer({ context, clock: browserClock }, sprite);
    player.setVolume(mouth.volume);
    player.onLockChange(() => noteLock(mouth));
    mouth.player = player;
    change(mouth, { pack: "ready", locked: player.isLocked() });
  } catch {
    change(mouth, { pack: "unavailable", locked: false });
  }
}

function change({ state }: Mouth, part: Partial<VoiceState>): void {
  state.set({ ...state.get(), ...part });
}

function noteLock(mouth: Mouth): void {
  const locked = mouth.player?.isLocked() ?? false;
  if (mouth.state.get().locked !== locked) change(mouth, { locked });
}

async function play(mouth: Mouth, speech: Speech): Promise<Said> {
  const played = mouth.player === null ? null : await mouth.player.play(speech.clips);
  noteLock(mouth);
  const said = saidOf(speech, played?.outcome ?? "unavailable", played?.clips ?? []);
  mouth.last.set(said);
  mouth.told?.postMessage(said);
  return said;
}

/** Takes the next turn. Whatever `act` does, the turn after it comes. */
function take<Value>(mouth: Mouth, act: () => Promise<Value>): Promise<Value> {
  mouth.waiting += 1;
  const mine = mouth.turn.then(() => mouth.loaded).then(act);
  mouth.turn = mine.catch(() => undefined).then(() => (mouth.waiting -= 1));
  return mine;
}

function say(mouth: Mouth, speech: Speech, beforeFirst?: () => Promise<boolean>): Promise<Said> {
  // Money is said at once: a phrase that only accompanies the screen is cut off for it.
  if (mouth.phrasing) mouth.player?.stop();
  return take(mouth, async () => {
    if (beforeFirst !== undefined && !(await beforeFirst())) return saidOf(speech, "skipped", []);
    change(mouth, { saying: speech.text });
    const said = await play(mouth, speech);
    change(mouth, { saying: null });
    return said;
  });
}

function sayPhrase(mouth: Mouth, phrase: Phrase): void {
  // Behind an announcement it would come late: the screen says it anyway.
  if (mouth.waiting > (mouth.phrasing ? 1 : 0)) return;
  if (mouth.phrasing) mouth.player?.stop();
  void take(mouth, async () => {
    mouth.phrasing = true;
    await play(mouth, phraseSpeechOf(phrase));
    mouth.phrasing = false;
  });
}

const saidOf = (speech: Speech, outcome: SaidOutcome, clips: Said["clips"]): Said => {
  return { text: speech.text, outcome, clips, endedAt: new Date().toISOString() };
};

async function loadSprite(folder: string): Promise<Sprite> {
  const [recording, index] = await Promise.all([
    fetchPart(`${folder}sprite.wav`),
    fetchPart(`${folder}sprite.json`),
  ]);
  return openSprite(await recording.arrayBuffer(), await index.json());
}

async function fetchPart(address: string): Promise<Response> {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address}: ${response.status}`);
  return response;
}
