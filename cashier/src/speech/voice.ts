// The voice of the terminal: loads the voice pack, keeps sentences in order, and tells what was heard.
import { phraseSpeechOf, type Phrase, type Speech } from "@huiyin/contract/speech.ts";
import { createStore, type Store } from "../store.ts";
import { createContext, createPlayer, type Played, type Player } from "./player.ts";
import { openSprite, type Sprite } from "./sprite.ts";

export type VoiceState = Readonly<{
  pack: "loading" | "ready" | "unavailable";
  /** The browser lets nothing be heard until it is tapped. */
  locked: boolean;
  /** The sentence being spoken now. */
  saying: string | null;
}>;

export type SaidOutcome = Played["outcome"] | "unavailable";

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
  sayPhrase(phrase: Phrase): void;
}>;

/** Every sentence that was played is also told on this BroadcastChannel: to a second page, or to a test. */
export const saidChannelName = "huiyin-said";

/** A voice that loads its pack at once from `folder` (an address ending in a slash). */
export function createVoice(folder: string): Voice {
  const state = createStore<VoiceState>({ pack: "loading", locked: true, saying: null });
  const last = createStore<Said | null>(null);
  const told = typeof BroadcastChannel === "function" ? new BroadcastChannel(saidChannelName) : null;
  let player: Player | null = null;
  let volume = 1;
  let turn: Promise<unknown> = Promise.resolve();

  const change = (part: Partial<VoiceState>): void => state.set({ ...state.get(), ...part });
  const noteLock = (): void => change({ locked: player?.isLocked() ?? true });

  const loaded = loadSprite(folder).then(
    (sprite) => {
      player = createPlayer(createContext(sprite.samplesPerSecond), sprite);
      player.setVolume(volume);
      player.onLockChange(noteLock);
      change({ pack: "ready" });
      noteLock();
    },
    () => change({ pack: "unavailable", locked: false }),
  );

  async function playNow(speech: Speech): Promise<Said> {
    await loaded;
    change({ saying: speech.text });
    const played = player === null ? null : await player.play(speech.clips);
    change({ saying: null });
    noteLock();
    return { text: speech.text, outcome: played?.outcome ?? "unavailable", clips: played?.clips ?? [], endedAt: endedNow() };
  }

  async function say(speech: Speech, beforeFirst?: () => Promise<boolean>): Promise<Said> {
    const mine = turn.then(async () => {
      if (beforeFirst !== undefined && !(await beforeFirst()))
        return { text: speech.text, outcome: "stopped", clips: [], endedAt: endedNow() } satisfies Said;
      const said = await playNow(speech);
      last.set(said);
      told?.postMessage(said);
      return said;
    });
    turn = mine.catch(() => undefined);
    return mine;
  }

  return {
    state,
    last,
    say,
    // A phrase accompanies the screen: it is dropped rather than spoken late behind announcements.
    sayPhrase: (phrase) => {
      if (state.get().saying === null) void say(phraseSpeechOf(phrase));
    },
    setVolume: (next) => {
      volume = next;
      player?.setVolume(next);
    },
    unlock: async () => {
      await loaded;
      const granted = (await player?.unlock()) ?? false;
      noteLock();
      return granted;
    },
  };
}

const endedNow = (): string => new Date().toISOString();

async function loadSprite(folder: string): Promise<Sprite> {
  const [recording, index] = await Promise.all([fetchPart(`${folder}sprite.wav`), fetchPart(`${folder}sprite.json`)]);
  return openSprite(await recording.arrayBuffer(), await index.json());
}

async function fetchPart(address: string): Promise<Response> {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address}: ${response.status}`);
  return response;
}

