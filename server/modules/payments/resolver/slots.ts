// Places for work of many owners: so much at once, so much of one owner, and whoever waits goes in as soon as there is room.

export type Slots<Item> = Readonly<{
  /**
   * Begins the work now or when there is room for its owner, in the order of the calls otherwise. `work` must not reject.
   * Both promises resolve too where the work was dropped before it began.
   */
  enter(item: Item, work: () => Promise<void>): Readonly<{ begun: Promise<void>; ended: Promise<void> }>;
  /** Everything that waits or is under way. */
  all(): readonly Item[];
  /** Forgets what has not begun. */
  dropWaiting(): void;
}>;

export type SlotsOptions<Item> = Readonly<{
  ownerOf: (item: Item) => string;
  /** How much is under way at once, and how much of one owner. */
  most: number;
  mostOfOne: number;
}>;

type Waiting<Item> = Readonly<{
  item: Item;
  work: () => Promise<void>;
  begun: PromiseWithResolvers<void>;
  ended: PromiseWithResolvers<void>;
}>;

/** The places of one process. */
export function createSlots<Item>({ ownerOf, most, mostOfOne }: SlotsOptions<Item>): Slots<Item> {
  const underWay = new Set<Item>();
  const ofOwner = new Map<string, number>();
  let waiting: Array<Waiting<Item>> = [];

  const begin = ({ item, work, begun, ended }: Waiting<Item>): void => {
    const owner = ownerOf(item);
    underWay.add(item);
    ofOwner.set(owner, (ofOwner.get(owner) ?? 0) + 1);
    begun.resolve();
    void work().then(() => {
      underWay.delete(item);
      const left = (ofOwner.get(owner) ?? 1) - 1;
      if (left === 0) ofOwner.delete(owner);
      else ofOwner.set(owner, left);
      admit();
      ended.resolve();
    });
  };

  const hasRoom = (item: Item): boolean =>
    underWay.size < most && (ofOwner.get(ownerOf(item)) ?? 0) < mostOfOne;

  const admit = (): void => {
    const left: Array<Waiting<Item>> = [];
    for (const one of waiting) {
      if (hasRoom(one.item)) begin(one);
      else left.push(one);
    }
    waiting = left;
  };

  return {
    enter: (item, work) => {
      const one = { item, work, begun: Promise.withResolvers<void>(), ended: Promise.withResolvers<void>() };
      // Whoever waits already found no room, and there is none for them now.
      if (hasRoom(item)) begin(one);
      else waiting.push(one);
      return { begun: one.begun.promise, ended: one.ended.promise };
    },
    all: () => [...underWay, ...waiting.map(({ item }) => item)],
    dropWaiting: () => {
      for (const { begun, ended } of waiting.splice(0)) {
        begun.resolve();
        ended.resolve();
      }
    },
  };
}
