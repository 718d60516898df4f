// What the page knows of the sandbox, asked for every second while somebody looks.
import { useCallback, useEffect, useRef, useState } from "react";
import { call, Problem } from "./api.ts";
import type { Books, Channel, Fault, Offer, Payments, Wallet } from "./model.ts";

const roundMs = 1_000;

export type World = Readonly<{
  /** The networks that are simulated. */
  channels: readonly Channel[];
  channel: Channel;
  wallets: readonly Wallet[];
  faults: readonly Fault[];
  books: Books;
  /** The codes that merchants show, the newest first. */
  offers: readonly Offer[];
  /** Sandbox time less this browser’s time, in milliseconds. */
  aheadMs: number;
  /** Whose payments these are, with the list. */
  payments: Readonly<{ walletId: string; list: Payments }> | null;
}>;

export type Connection = Readonly<{
  world: World | null;
  /** Why the last round failed; null when it did not. */
  trouble: "noPass" | "lost" | null;
  /** Asks again now, after something was changed. */
  refresh(): void;
}>;

/** Keeps the world of this payer’s wallet up to date. */
export function useWorld(channel: Channel, walletId: string | null): Connection {
  const [world, setWorld] = useState<World | null>(null);
  const [trouble, setTrouble] = useState<Connection["trouble"]>(null);
  const wake = useRef<() => void>(() => undefined);

  useEffect(() => {
    const ended = new AbortController();
    void poll({ channel, walletId, ended: ended.signal, setWorld, setTrouble, wake });
    return () => ended.abort();
  }, [channel, walletId]);

  return { world, trouble, refresh: useCallback(() => wake.current(), []) };
}

type Poll = Readonly<{
  channel: Channel;
  walletId: string | null;
  ended: AbortSignal;
  setWorld(world: World): void;
  setTrouble(trouble: Connection["trouble"]): void;
  wake: { current: () => void };
}>;

async function poll({ channel, walletId, ended, setWorld, setTrouble, wake }: Poll): Promise<void> {
  while (!ended.aborted) {
    // Set before the round, so that a change made while it runs asks for one more.
    const woken = new Promise<void>((resolve) => (wake.current = resolve));
    try {
      const world = await ask(channel, walletId);
      if (ended.aborted) return;
      setWorld(world);
      setTrouble(null);
    } catch (error) {
      if (ended.aborted) return;
      setTrouble(error instanceof Problem && error.code === "not_signed_in" ? "noPass" : "lost");
    }
    await Promise.race([woken, pause(roundMs)]);
    while (document.hidden && !ended.aborted) await pause(roundMs);
  }
}

async function ask(channel: Channel, walletId: string | null): Promise<World> {
  const askedMs = Date.now();
  const [channels, wallets, faults, books, clock, offers, list] = await Promise.all([
    call<{ items: ReadonlyArray<{ channel: Channel }> }>("GET", "/control/channels"),
    call<{ items: readonly Wallet[] }>("GET", `/control/wallets?channel=${channel}`),
    call<{ items: readonly Fault[] }>("GET", `/control/faults?channel=${channel}`),
    call<Books>("GET", `/control/books/${channel}?newest=8`),
    call<{ now: string }>("GET", "/control/clock"),
    call<{ items: readonly Offer[] }>("GET", "/control/offers"),
    walletId === null ? null : call<Payments>("GET", `/control/wallets/${walletId}/payments`),
  ]);
  return {
    channels: channels.items.map((item) => item.channel),
    channel,
    wallets: wallets.items,
    faults: faults.items,
    books,
    // A wallet reads the codes of its own network.
    offers: offers.items.filter((offer) => offer.channel === channel),
    aheadMs: Date.parse(clock.now) - askedMs,
    payments: list === null || walletId === null ? null : { walletId, list },
  };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
