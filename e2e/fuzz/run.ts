// A run: the platform is started and set up, the inputs go through in rounds, the platform is looked at after each.
import { createChance } from "../../sim/random.ts";
import { readTokens } from "@huiyin/server/platform/runtimeFile.ts";
import { problemsAfterwards } from "./afterwards.ts";
import { makers, shares } from "./areas.ts";
import type { Wanted } from "./arguments.ts";
import type { Area, AreaName } from "./input.ts";
import { createJudge } from "./judge.ts";
import { startRecorder } from "./recorder.ts";
import { startTarget, type Target } from "./server.ts";
import { createFuzzWorld } from "./world.ts";

type Run = Omit<Extract<Wanted, { kind: "run" }>, "kind" | "output">;

export type Finding = Readonly<{
  /** As --only takes it; an area alone where no single input is known. */
  input: string;
  problem: string;
  shown: string;
}>;

export type FuzzReport = Readonly<{
  seed: number;
  inputs: number;
  areas: ReadonlyArray<
    Readonly<{
      name: AreaName;
      inputs: number;
      cpuSeconds: number;
      outcomes: Readonly<Record<string, number>>;
    }>
  >;
  findings: readonly Finding[];
  /** Of the platform’s process, after each round. */
  heapBytes: readonly number[];
  longestWorkMs: number;
}>;

/** Heap and caches are filled in the first round; each later one must end with about as much. */
const rounds = 4;
const findingsMax = 20;
const growthBytesMax = 10_000_000;
const growthRatioMax = 1.2;
/** Wall time, so only a hint: which inputs were being answered when the platform did not answer. */
const slowMs = 700;
const slowShownMax = 12;

export async function fuzz(wanted: Run, say: (line: string) => void): Promise<FuzzReport> {
  await using recorder = await startRecorder();
  await using target = await startTarget(recorder.url);
  recorder.passTo(target.addresses.platform);
  const world = await createFuzzWorld(target, readTokens(target.data)?.["operator"] ?? "");
  say(`seed ${wanted.seed}, ${recorder.recorded.length} true callbacks recorded`);
  const judge = createJudge([...target.secrets, ...world.secrets, world.operatorKey, world.merchantKey]);
  const deps = { world, mqttUrl: target.mqttUrl, judge, recorded: [...recorder.recorded] };
  const areas = wanted.areas.map((name) => makers[name](deps));
  const state: State = { wanted, target, findings: [], seconds: new Map(), counts: new Map(), longestMs: 0 };
  const heapBytes: number[] = [];
  await target.watch("asItIs");
  for (let round = 0; round < rounds && state.findings.length < findingsMax; round += 1) {
    for (const area of areas) await runSlice(state, area, round);
    if (isGone(target)) break;
    const watched = await target.watch("collected");
    heapBytes.push(watched.heapBytes);
    say(
      `round ${round + 1} of ${rounds}: ${sumOf(state.counts)} inputs, ${state.findings.length} findings, heap ${Math.round(watched.heapBytes / 1e6)} MB`,
    );
  }
  for (const area of areas) area.close();
  if (isGone(target))
    state.findings.push({
      input: "all",
      problem: "the platform has ended",
      shown: target.command.stderr().slice(-2_000),
    });
  else
    for (const problem of await problemsAfterwards(target, world))
      state.findings.push({ input: "all", problem, shown: "" });
  const [first = 0] = heapBytes;
  const last = heapBytes.at(-1) ?? 0;
  if (wanted.only === null && last > first * growthRatioMax + growthBytesMax)
    state.findings.push({
      input: "all",
      problem: `the heap grew from ${first} to ${last} bytes`,
      shown: heapBytes.join(" "),
    });
  return {
    seed: wanted.seed,
    inputs: sumOf(state.counts),
    areas: areas.map(({ name, outcomes }) => ({
      ...{ name, inputs: state.counts.get(name) ?? 0, cpuSeconds: Math.round(state.seconds.get(name) ?? 0) },
      outcomes: Object.fromEntries(
        [...outcomes].sort(([, left], [, right]) => right - left).slice(0, slowShownMax),
      ),
    })),
    ...{ findings: state.findings, heapBytes, longestWorkMs: state.longestMs },
  };
}

type State = {
  readonly wanted: Run;
  readonly target: Target;
  readonly findings: Finding[];
  readonly seconds: Map<AreaName, number>;
  readonly counts: Map<AreaName, number>;
  longestMs: number;
};

function sumOf(counts: ReadonlyMap<AreaName, number>): number {
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}

function isGone({ command }: Target): boolean {
  return command.child.exitCode !== null || command.child.signalCode !== null;
}

/** Which inputs of an area a round has: from included, to excluded. */
function sliceOf(
  { areas, inputs, only }: Run,
  name: AreaName,
  round: number,
): readonly [from: number, to: number] {
  if (only !== null) return round === 0 ? [only.from, only.to + 1] : [0, 0];
  const all = areas.reduce((sum, area) => sum + shares[area], 0);
  const count = Math.ceil((inputs * shares[name]) / all);
  return [Math.floor((count * round) / rounds), Math.floor((count * (round + 1)) / rounds)];
}

async function runSlice(state: State, area: Area, round: number): Promise<void> {
  const { wanted, target, findings } = state;
  const [from, to] = sliceOf(wanted, area.name, round);
  const ownBefore = process.cpuUsage();
  const slow: string[] = [];
  let next = from;
  const lane = async (number: number): Promise<void> => {
    while (next < to && findings.length < findingsMax && !isGone(target)) {
      const index = next++;
      const input = area.input(createChance(wanted.seed, `${area.name}/${index}`), number);
      const sentMs = performance.now();
      const problem = await input.attempt().catch((error: unknown) => String(error));
      if (performance.now() - sentMs > slowMs) slow.push(`${area.name}:${index}`);
      if (problem !== null) findings.push({ input: `${area.name}:${index}`, problem, shown: input.shown });
    }
  };
  await Promise.all(Array.from({ length: area.lanes }, (_, number) => lane(number)));
  state.counts.set(area.name, (state.counts.get(area.name) ?? 0) + next - from);
  const own = process.cpuUsage(ownBefore);
  const platformMs = isGone(target) ? 0 : await lookAt(state, area.name, slow);
  const cpuSeconds = ((own.user + own.system) / 1_000 + platformMs) / 1_000;
  state.seconds.set(area.name, (state.seconds.get(area.name) ?? 0) + cpuSeconds);
}

/** Notes what held the platform up meanwhile. Returns the milliseconds of processor time it has used since the last look. */
async function lookAt(state: State, name: AreaName, slow: readonly string[]): Promise<number> {
  const { stallsMs, longestMs, cpuMs } = await state.target.watch("asItIs");
  state.longestMs = Math.max(state.longestMs, longestMs);
  if (stallsMs.length > 0) {
    const problem = `the platform worked ${stallsMs.join(", ")} ms without a pause`;
    state.findings.push({
      ...{ input: name, problem },
      shown: `slow were ${slow.slice(0, slowShownMax).join(" ")}`,
    });
  }
  return cpuMs;
}
