// The fields of a channel account: from a JSON file, or asked one by one.
import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import type { ChannelList } from "@huiyin/contract/api/channels.ts";
import { exitCodes } from "../exit.ts";
import { CommandError } from "../problem.ts";

export type Channel = ChannelList["items"][number];
export type Fields = Readonly<Record<string, string>>;

/**
 * Reads `{ "appId": "…", "privateKeyPem": "@app-private.pem" }`: a value that begins with @ names a file beside it.
 * Throws CommandError with exit code 2 for anything but texts.
 */
export function fieldsFromFile(path: string): Fields {
  const text = readText(path);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw usage(`${path} 不是 JSON 文件。`, `${path} is not JSON.`);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw usage(`${path} 应是一个 JSON 对象。`, `${path} must hold one JSON object.`);
  const entries = Object.entries(value).map(([key, given]): [string, string] => {
    if (typeof given !== "string") throw usage(`字段 ${key} 应是文本。`, `Field ${key} must be text.`);
    return [key, textOf(given, dirname(path))];
  });
  return Object.fromEntries(entries);
}

/** Where questions are asked and answered; a secret is read without being shown. */
export type Asking = Readonly<{
  ask: (question: string, echo: "shown" | "hidden") => Promise<string>;
  say: (line: string) => void;
}>;

/** The fields, and the code of the way of connecting that was chosen; null where the channel has only one. */
export type Answers = Readonly<{ fields: Fields; mode: string | null }>;

/** Asks for each field of the channel, in one of its modes. An empty answer leaves a field out. */
export async function fieldsFromPerson(channel: Channel, { ask, say }: Asking): Promise<Answers> {
  const mode = await modeFromPerson(channel, { ask, say });
  const given: Array<readonly [string, string]> = [];
  for (const { key, label, help, secret, presence } of channel.fields) {
    if (presence === "mode" && mode?.fields.includes(key) !== true) continue;
    say(`${help.zh} / ${help.en}`);
    const optional = presence === "optional" ? "（可不填 / optional）" : "";
    const answer = await ask(`${label.zh} / ${label.en}${optional}: `, secret ? "hidden" : "shown");
    if (answer.trim() !== "") given.push([key, textOf(answer.trim(), process.cwd())]);
  }
  return { fields: Object.fromEntries(given), mode: mode?.code ?? null };
}

async function modeFromPerson(
  { modes }: Channel,
  { ask, say }: Asking,
): Promise<Channel["modes"][number] | null> {
  if (modes.length === 0) return null;
  modes.forEach(({ label, help }, index) =>
    say(`${index + 1}  ${label.zh} / ${label.en}：${help.zh} / ${help.en}`),
  );
  const numbers = modes.map((_, index) => index + 1).join(", ");
  const answer = await ask(`方式 / mode (${numbers}): `, "shown");
  const mode = modes[Number(answer.trim()) - 1];
  if (mode === undefined) throw usage(`请输入 ${numbers} 之一。`, `Answer one of ${numbers}.`);
  return mode;
}

/** Questions at this terminal. Throws CommandError with exit code 2 where nobody could answer. */
export async function withTerminal<T>(work: (asking: Asking) => Promise<T>): Promise<T> {
  if (!process.stdin.isTTY)
    throw usage(
      "请用 --from 指定 JSON 文件，或在终端中运行。",
      "Give a JSON file with --from, or run this in a terminal.",
    );
  let echo: "shown" | "hidden" = "shown";
  // Questions go to standard error, so that --json leaves one value on standard output.
  const output = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      if (echo === "shown") process.stderr.write(chunk);
      done();
    },
  });
  const terminal = createInterface({ input: process.stdin, output, terminal: true });
  const ask: Asking["ask"] = async (question, wanted) => {
    process.stderr.write(question);
    echo = wanted;
    try {
      return await terminal.question("");
    } finally {
      if (wanted === "hidden") process.stderr.write("\n");
      echo = "shown";
    }
  };
  try {
    return await work({ ask, say: (line) => void process.stderr.write(`${line}\n`) });
  } finally {
    terminal.close();
  }
}

function textOf(given: string, directory: string): string {
  return given.startsWith("@") ? readText(resolve(directory, given.slice(1))).trim() : given;
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw usage(`读不了文件 ${path}：${reason}`, `${path} cannot be read: ${reason}`);
  }
}

function usage(zh: string, en: string): CommandError {
  return new CommandError(`${zh}\n${en}`, exitCodes.usage);
}
