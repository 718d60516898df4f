// Coalesces concurrent callers into one transaction. The first caller waits for company only as long as what has arrived
// already takes to be read: company gathers while a batch is running.
import { AssertionError } from "../kernel/assert.ts";
import { limits } from "./limits.ts";
import { CommitUnknownError, DatabaseUnavailableError, isCircle, isWaitOver } from "./pg/errors.ts";

/** When batches are started; the simulation makes these events of its own. */
export type BatchTiming = Readonly<{
  /** Runs it after what is already due, so that requests which come together travel together. */
  soon(run: () => void): void;
  /** Runs it after so many milliseconds unless the returned function is called. */
  later(ms: number, run: () => void): () => void;
}>;

export type BatcherOptions<Item, Answer> = Readonly<{
  /** Answers every item, in order, or throws having done nothing: one transaction. */
  run: (items: readonly Item[]) => Promise<readonly Answer[]>;
  /** Items of one key never run in two batches at once, and run in the order they came. Without it all are free. */
  keyOf?: (item: Item) => string;
  /** Finds out what became of one item after its COMMIT was in doubt, by re-reading. Without it the caller gets the error. */
  recover?: (item: Item, error: CommitUnknownError) => Promise<Answer>;
  sizeMax?: number;
  /** How long an item may wait behind a running batch before a second one is started beside it. */
  waitMsMax?: number;
  /** Batches that may run side by side; each holds one database connection. */
  inFlightMax?: number;
  timing?: BatchTiming;
  /** Told the size of every batch that starts. */
  onStart?: (size: number) => void;
}>;

export type Batcher<Item, Answer> = Readonly<{
  /** The answer to this very item, or what `run` threw for it. */
  submit(item: Item): Promise<Answer>;
  /** Resolves when nothing is waiting or running. */
  idle(): Promise<void>;
}>;

type Waiting<Item, Answer> = Readonly<{
  item: Item;
  key: string | null;
  settle: PromiseWithResolvers<Answer>;
}>;

/** A turn reads what has arrived: many requests where there is much to do, and where there is nothing it takes no time. */
const realTiming = (turns: number): BatchTiming => ({
  soon: (run) => {
    let left = turns;
    const turn = (): void => {
      left -= 1;
      if (left > 0) setImmediate(turn);
      else run();
    };
    setImmediate(turn);
  },
  later: (ms, run) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
});

/**
 * A batch starts at once when none is running, otherwise when the running one ends, when `sizeMax` items wait, or when
 * the first of them has waited `waitMsMax`. When a batch fails, each member runs alone once, so that only the guilty
 * caller fails; when its COMMIT is in doubt, each member is recovered instead, because it may have happened. A database that is away or
 * made everybody wait too long fails the whole batch as `unavailable`: each alone would only wait once more.
 */
export function createBatcher<Item, Answer>(options: BatcherOptions<Item, Answer>): Batcher<Item, Answer> {
  const {
    sizeMax = limits.batchSizeMax,
    waitMsMax = limits.batchWaitMsMax,
    inFlightMax = limits.batchesInFlightMax,
  } = options;
  // Where there is no company to have, nobody waits for it.
  const timing = options.timing ?? realTiming(sizeMax === 1 ? 1 : limits.batchGatherTurns);
  let waiting: Waiting<Item, Answer>[] = [];
  const busyKeys = new Set<string>();
  const whenIdle: (() => void)[] = [];
  let inFlight = 0;
  let planned = false;
  let cancelWait: (() => void) | null = null;

  function plan(): void {
    if (waiting.length === 0) return;
    if ((inFlight === 0 || waiting.length >= sizeMax) && !planned) {
      planned = true;
      timing.soon(() => {
        planned = false;
        start();
      });
    } else if (cancelWait === null) {
      cancelWait = timing.later(waitMsMax, () => {
        cancelWait = null;
        start();
      });
    }
  }

  function start(): void {
    if (inFlight >= inFlightMax) return;
    const [members, left] = chooseMembers(waiting, busyKeys, sizeMax);
    if (members.length === 0) return;
    waiting = left;
    for (const { key } of members) if (key !== null) busyKeys.add(key);
    cancelWait?.();
    cancelWait = null;
    inFlight += 1;
    options.onStart?.(members.length);
    void runBatch(options, members).then(() => {
      inFlight -= 1;
      for (const { key } of members) if (key !== null) busyKeys.delete(key);
      plan();
      if (inFlight === 0 && waiting.length === 0) for (const tell of whenIdle.splice(0)) tell();
    });
    plan();
  }

  return {
    submit: (item) => {
      const settle = Promise.withResolvers<Answer>();
      waiting.push({ item, key: options.keyOf?.(item) ?? null, settle });
      plan();
      return settle.promise;
    },
    idle: async () => {
      if (inFlight === 0 && waiting.length === 0) return;
      await new Promise<void>((resolve) => whenIdle.push(resolve));
    },
  };
}

/** The longest-waiting items whose key no running batch holds; what stays behind keeps its order. */
function chooseMembers<Item, Answer>(
  waiting: readonly Waiting<Item, Answer>[],
  busyKeys: ReadonlySet<string>,
  sizeMax: number,
): [members: Waiting<Item, Answer>[], left: Waiting<Item, Answer>[]] {
  const members: Waiting<Item, Answer>[] = [];
  const left: Waiting<Item, Answer>[] = [];
  for (const one of waiting) {
    const free = one.key === null || !busyKeys.has(one.key);
    (free && members.length < sizeMax ? members : left).push(one);
  }
  return [members, left];
}

/** Runs one batch and settles every member; never rejects. */
async function runBatch<Item, Answer>(
  options: Pick<BatcherOptions<Item, Answer>, "run" | "recover">,
  members: readonly Waiting<Item, Answer>[],
): Promise<void> {
  let answers: readonly Answer[];
  try {
    answers = await options.run(members.map((member) => member.item));
  } catch (error) {
    return settleFailure(options, members, error);
  }
  if (answers.length !== members.length) {
    // The batch is committed by now: running it again would do everything twice.
    const bug = new AssertionError(`a batch of ${members.length} items gave ${answers.length} answers`);
    for (const { settle } of members) settle.reject(bug);
    return;
  }
  members.forEach(({ settle }, index) => settle.resolve(answers[index] as Answer));
}

async function settleFailure<Item, Answer>(
  options: Pick<BatcherOptions<Item, Answer>, "run" | "recover">,
  members: readonly Waiting<Item, Answer>[],
  error: unknown,
): Promise<void> {
  const { recover } = options;
  if (error instanceof CommitUnknownError && recover !== undefined) {
    await Promise.all(
      members.map(({ item, settle }) => recover(item, error).then(settle.resolve, settle.reject)),
    );
    return;
  }
  // Nobody in particular is guilty of a lost database or a held lock, and of one member no other.
  const alone = members.length === 1;
  const away = isWaitOver(error) || (alone && isCircle(error));
  const nobodys = away ? new DatabaseUnavailableError(error) : error;
  const everybodys = nobodys instanceof CommitUnknownError || nobodys instanceof DatabaseUnavailableError;
  if (everybodys || alone) {
    for (const { settle } of members) settle.reject(nobodys);
    return;
  }
  for (const member of members) await runBatch(options, [member]);
}
