// Work in named queues: one piece of a queue after the other, different queues side by side.

type Queue = Readonly<{ tail: Promise<void>; length: number }>;

export type Queues = Readonly<{
  /** Pieces of the queue that are not finished yet. */
  waiting(name: string): number;
  /** Does the work after the earlier pieces of its queue; resolves when done. The work must not reject. */
  add(name: string, work: () => Promise<void>): Promise<void>;
  /** Resolves when nothing is being done. */
  drained(): Promise<void>;
}>;

/** Queues come into being with their first piece and vanish with their last. */
export function createQueues(): Queues {
  const queues = new Map<string, Queue>();
  const finish = (name: string): void => {
    const present = queues.get(name);
    if (present === undefined) return;
    if (present.length <= 1) queues.delete(name);
    else queues.set(name, { tail: present.tail, length: present.length - 1 });
  };
  return {
    waiting: (name) => queues.get(name)?.length ?? 0,
    add(name, work) {
      const before = queues.get(name);
      const tail = (before?.tail ?? Promise.resolve()).then(work).then(() => finish(name));
      queues.set(name, { tail, length: (before?.length ?? 0) + 1 });
      return tail;
    },
    async drained() {
      while (queues.size > 0) await Promise.all([...queues.values()].map(({ tail }) => tail));
    },
  };
}
