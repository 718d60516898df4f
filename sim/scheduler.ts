// One step at a time: a heap of events in virtual time. The next step begins when everything that the last one set off
// has come to rest: no statement, no signature under way, every promise that can go on has gone on.
import "./oneThread.ts";
import type { Chance } from "./random.ts";
import type { Trace } from "./trace.ts";
import { turn, unlessStuck } from "./turns.ts";

export type Happening = Readonly<{
  actor: string;
  name: string;
  /** A business key: what it is about. */
  key?: string;
  run: () => void;
}>;

/** The life of one process of the platform. What belongs to a dead one never happens. */
export type Life = { alive: "yes" | "no"; readonly number: number };

export type Scheduler = Readonly<{
  now(): Date;
  nowMs(): number;
  /** Plans an event so many milliseconds from now. Returns what cancels it. */
  after(ms: number, happening: Happening, life?: Life): () => void;
  at(dueMs: number, happening: Happening, life?: Life): () => void;
  /** Says that real work is under way; the returned function says that it has ended. */
  begin(what: string): () => void;
  /** Makes the next step; "done" when nothing is planned. */
  step(): Promise<"stepped" | "done">;
  /** The whole world sleeps so long: everything due meanwhile happens at once afterwards, in its order. */
  jump(ms: number): void;
  /** When the next event is due, or null. */
  nextDueMs(): number | null;
}>;

type Planned = Happening & {
  readonly dueMs: number;
  readonly tie: number;
  readonly number: number;
  readonly life: Life | null;
  cancelled: boolean;
};

/** Signals, timers and rejections that nobody handled get their turn so often. */
const stepsBetweenTurns = 100;

/**
 * Lets every promise that can go on go on: a tick comes when no promise can. Twice, for what a tick itself sets off.
 * A turn of the event loop would cost ten times as much, and is needed only where other threads are waited for.
 */
async function everyPromise(): Promise<void> {
  await new Promise<void>((resolve) => process.nextTick(resolve));
  await new Promise<void>((resolve) => process.nextTick(resolve));
}

export function createScheduler(deps: { startMs: number; chance: Chance; trace: Trace }): Scheduler {
  const heap = createHeap();
  const underWay = new Map<number, string>();
  let whenIdle: (() => void) | null = null;
  let nowMs = deps.startMs;
  let planned = 0;
  let begun = 0;
  let steps = 0;

  const at = (dueMs: number, happening: Happening, life?: Life): (() => void) => {
    // Events of the same millisecond happen in an order that the seed draws.
    const event: Planned = {
      ...happening,
      dueMs: Math.max(Math.round(dueMs), nowMs),
      tie: deps.chance.next(),
      number: ++planned,
      life: life ?? null,
      cancelled: false,
    };
    heap.push(event);
    return () => {
      event.cancelled = true;
    };
  };

  const settle = async (): Promise<void> => {
    await everyPromise();
    while (underWay.size > 0) {
      const idle = new Promise<void>((resolve) => (whenIdle = resolve));
      await unlessStuck(idle, () => [...underWay.values()].join(", "));
      await everyPromise();
    }
  };

  return {
    now: () => new Date(nowMs),
    nowMs: () => nowMs,
    at,
    after: (ms, happening, life) => at(nowMs + ms, happening, life),
    begin: (what) => {
      const number = ++begun;
      underWay.set(number, what);
      return () => {
        underWay.delete(number);
        if (underWay.size === 0) whenIdle?.();
      };
    },
    step: async () => {
      const event = nextAlive(heap);
      if (event === null) return "done";
      heap.pop();
      nowMs = Math.max(nowMs, event.dueMs);
      deps.trace.step(nowMs, event.actor, event.name, event.key ?? "");
      event.run();
      await settle();
      if (++steps % stepsBetweenTurns === 0) await turn();
      return "stepped";
    },
    jump: (ms) => {
      nowMs += ms;
    },
    nextDueMs: () => nextAlive(heap)?.dueMs ?? null,
  };
}

/** The next event that still happens; what was cancelled or belongs to an ended life is dropped on the way. */
function nextAlive(heap: Heap): Planned | null {
  for (let event = heap.peek(); event !== null; event = heap.peek()) {
    if (!event.cancelled && event.life?.alive !== "no") return event;
    heap.pop();
  }
  return null;
}

type Heap = Readonly<{ push(event: Planned): void; pop(): void; peek(): Planned | null }>;

function createHeap(): Heap {
  const events: Planned[] = [];
  const earlier = (left: number, right: number): boolean => {
    const [a, b] = [events[left], events[right]];
    if (a === undefined || b === undefined) return false;
    return a.dueMs !== b.dueMs ? a.dueMs < b.dueMs : a.tie !== b.tie ? a.tie < b.tie : a.number < b.number;
  };
  const swap = (left: number, right: number): void => {
    const [a, b] = [events[left], events[right]];
    if (a !== undefined && b !== undefined) [events[left], events[right]] = [b, a];
  };
  return {
    peek: () => events[0] ?? null,
    push: (event) => {
      events.push(event);
      for (let index = events.length - 1; index > 0;) {
        const parent = (index - 1) >> 1;
        if (!earlier(index, parent)) break;
        swap(index, parent);
        index = parent;
      }
    },
    pop: () => {
      swap(0, events.length - 1);
      events.pop();
      for (let index = 0; ;) {
        const [left, right] = [2 * index + 1, 2 * index + 2];
        let least = index;
        if (earlier(left, least)) least = left;
        if (earlier(right, least)) least = right;
        if (least === index) break;
        swap(index, least);
        index = least;
      }
    },
  };
}
