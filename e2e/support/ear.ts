// Listens to a page: records the sound where it leaves the page for the loudspeaker, and reads the clips back out of it.
// Nothing that the page says about itself is used.
import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { parseSpeech, type SpeechWallet } from "@huiyin/contract/speech.ts";
import { openSprite } from "../../cashier/src/speech/sprite.ts";
import { clipsHeard } from "../../cashier/testing/listen.ts";
import type { AddedScripts } from "./cable.ts";

const folder = new URL("../../cashier/public/speech/", import.meta.url);
const sprite = openSprite(
  new Uint8Array(readFileSync(new URL("sprite.wav", folder))).buffer,
  JSON.parse(readFileSync(new URL("sprite.json", folder), "utf8")),
);

export type Heard = Readonly<{ wallet: SpeechWallet; amountFen: number }>;

export type Ear = Readonly<{
  /** Waits until whatever the page says is recorded: what it said before was not heard. */
  listens(): Promise<void>;
  /** Every clip since the page was opened, in order. */
  clips(): Promise<string[]>;
  /** The announcements of money among them: runs of clips that say an amount. */
  announcements(): Promise<Heard[]>;
}>;

type Recorder = { blocks: Float32Array[]; listening: boolean };

/** Where the page finds the recorder: at its own address, as its security policy demands of scripts. */
const recorderPath = "/ear-of-the-test.js";

/**
 * Runs where the sound is made. On the page’s own thread, as a script processor, it would lose two seconds of sound as soon
 * as the page is busy for longer than that, and call an announcement unheard that was spoken.
 */
const recorderSource = `
registerProcessor("ear", class extends AudioWorkletProcessor {
  block = new Float32Array(2048);
  filled = 0;
  process([[samples]]) {
    this.block.set(samples ?? new Float32Array(128), this.filled);
    this.filled += 128;
    if (this.filled === this.block.length) {
      this.port.postMessage(this.block.slice());
      this.filled = 0;
    }
    return true;
  }
});`;

/** What the cable of a page that is listened to has to add. */
export const earScripts: AddedScripts = new Map([[recorderPath, recorderSource]]);

/** Has to be called before the page is opened, which has to come over a cable with `earScripts`. */
export async function listenTo(page: Page): Promise<Ear> {
  await page.addInitScript(installRecorder, recorderPath);
  const heard: string[] = [];
  let samples: number[] = [];
  const read = (until: number): string[] => {
    const { samplesPerSecond } = sprite;
    return clipsHeard({ samplesPerSecond, samples: samples.slice(0, until) }, sprite).map(({ id }) => id);
  };
  const clips = async (): Promise<string[]> => {
    const bytes = Buffer.from(await page.evaluate(takeRecording), "base64");
    for (let at = 0; at + 4 <= bytes.length; at += 4) samples.push(bytes.readFloatLE(at));
    // What lies before a long silence is read once and for all.
    const silence = lastSilence(samples);
    heard.push(...read(silence));
    samples = samples.slice(silence);
    return [...heard, ...read(samples.length)];
  };
  const listens = async (): Promise<void> => void (await page.waitForFunction(isListening));
  return { listens, clips, announcements: async () => announcementsIn(await clips()) };
}

const silenceMsMin = 400;

/** Where the last silence begins that is longer than any pause within a sentence; 0 where there is none. */
function lastSilence(samples: readonly number[]): number {
  let end = samples.length;
  while (end > 0) {
    let begin = end;
    while (begin > 0 && samples[begin - 1] === 0) begin -= 1;
    if (((end - begin) * 1_000) / sprite.samplesPerSecond >= silenceMsMin) return begin;
    end = begin;
    while (end > 0 && samples[end - 1] !== 0) end -= 1;
  }
  return 0;
}

function announcementsIn(clips: readonly string[]): Heard[] {
  const heads = clips.flatMap((clip, index) => (clip.endsWith("-received") ? [index] : []));
  return heads.flatMap((head, index) => {
    const sentence = clips.slice(head, heads[index + 1] ?? clips.length);
    // Another phrase may follow: the longest beginning that says an amount counts.
    for (let length = sentence.length; length > 1; length -= 1) {
      const said = parseSpeech(sentence.slice(0, length));
      if (said !== null) return [{ wallet: said.wallet, amountFen: Number(said.amountFen) }];
    }
    return [];
  });
}

/** In the page, before its own scripts: whatever is connected to the loudspeaker is connected to a recorder as well. */
function installRecorder(path: string): void {
  const recorder: Recorder = { blocks: [], listening: false };
  Object.assign(globalThis, { huiyinRecorder: recorder });
  const connect = AudioNode.prototype.connect as (this: AudioNode, ...to: unknown[]) => unknown;
  const record = async (source: AudioNode, context: BaseAudioContext): Promise<void> => {
    await context.audioWorklet.addModule(path);
    const ear = new AudioWorkletNode(context, "ear", { channelCount: 1, channelCountMode: "explicit" });
    ear.port.onmessage = (event: MessageEvent<Float32Array>) => recorder.blocks.push(event.data);
    connect.call(source, ear);
    // Its own output is silence; without a way to the loudspeaker it would not run.
    connect.call(ear, context.destination);
    recorder.listening = true;
  };
  AudioNode.prototype.connect = function (this: AudioNode, ...to: unknown[]): never {
    // What fails here is never heard: the test that listens fails.
    if (to[0] === this.context.destination) void record(this, this.context);
    return connect.apply(this, to) as never;
  } as AudioNode["connect"];
}

/** In the page: whether the recorder is in place; it takes a moment to load. */
function isListening(): boolean {
  return (globalThis as unknown as { huiyinRecorder: Recorder }).huiyinRecorder.listening;
}

/** In the page: hands over what was recorded since the last time, as base64 of 32-bit floats. */
function takeRecording(): string {
  const { blocks } = (globalThis as unknown as { huiyinRecorder: Recorder }).huiyinRecorder;
  let text = "";
  for (const block of blocks.splice(0)) {
    const bytes = new Uint8Array(block.buffer, block.byteOffset, block.byteLength);
    text += String.fromCharCode(...bytes);
  }
  return btoa(text);
}
