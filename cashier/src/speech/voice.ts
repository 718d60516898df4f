// The voice of the terminal: loads the voice pack, keeps sentences in order, and tells what was heard.
import { phraseSpeechOf, type Phrase, type Speech } from "@huiyin/contract/speech.ts";
import { createStore, type Store } from "../store.ts";
import { createContext, createPlayer, type Played, type Player } from "./player.ts";
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

/** A voice that loads its pack at once from `folder` (an address ending in a slash). */
export function createVoice(folder: string): Voice {
  const state = createStore<VoiceState>({ pack: "loading", locked: true, saying: null });
  const last = createStore<Said | null>(null);
  const told = typeof BroadcastChannel === "function" ? new BroadcastChannel(saidChannelName) : null;
  let player: Player | null = null;
  let volume = 1;
  let turn: Promise<unknown> = Promise.resolve();
  let phrasing = false;
  let waiting = 0;

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

  async function play(speech: Speech): Promise<Said> {
    const played = player === null ? null : await player.play(speech.clips);
    noteLock();
    const said: Said = {
      text: speech.text,
      outcome: played?.outcome ?? "unavailable",
      clips: played?.clips ?? [],
      endedAt: endedNow(),
    };
    last.set(said);
    told?.postMessage(said);
    return said;
  }

  /** Takes the next turn. Whatever `act` does, the turn after it comes. */
  function take<Value>(act: () => Promise<Value>): Promise<Value> {
    waiting += 1;
    const mine = turn.then(() => loaded).then(act);
    turn = mine.catch(() => undefined).then(() => (waiting -= 1));
    return mine;
  }

  function say(speech: Speech, beforeFirst?: () => Promise<boolean>): Promise<Said> {
    // Money is said at once: a phrase that only accompanies the screen is cut off for it.
    if (phrasing) player?.stop();
    return take(async () => {
      if (beforeFirst !== undefined && !(await beforeFirst()))
        return { text: speech.text, outcome: "skipped", clips: [], endedAt: endedNow() };
      change({ saying: speech.text });
      const said = await play(speech);
      change({ saying: null });
      return said;
    });
  }

  function sayPhrase(phrase: Phrase): void {
    // Behind an announcement it would come late: the screen says it anyway.
    if (waiting > (phrasing ? 1 : 0)) return;
    if (phrasing) player?.stop();
    void take(async () => {
      phrasing = true;
      await play(phraseSpeechOf(phrase));
      phrasing = false;
    });
  }

  return {
    state,
    last,
    say,
    sayPhrase,
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
