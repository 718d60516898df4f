// The simulated UnionPay as one object: gateway, wallets, merchants, notifications and faults, without any HTTP.
// Time, chance and durability are handed in.
import type { Transport, WireReply } from "@huiyin/server/channels/port.ts";
import type { World } from "../world/model.ts";
import { createPeople } from "../world/people.ts";
import { createStore, type StoreDeps } from "../world/store.ts";
import { releaseDue } from "./carry.ts";
import { handleGateway, type UnionpayRequest } from "./gateway.ts";
import type { UnionpayKeys } from "./keys.ts";
import { createUnionpayNotifier, type UnionpayNotifier } from "./notifier.ts";
import type { UnionpayOutcome } from "./wire.ts";

export type UnionpayWorldOptions = Omit<StoreDeps, "network"> &
  Readonly<{
    keys: UnionpayKeys;
    clock: Readonly<{
      now(): Date;
      sleep(ms: number): Promise<void>;
      /** The same moment by a clock that nobody moved; `now` where the two are one. */
      unmovedNow?: () => Date;
    }>;
    /** A number in [0, 1): draws payer codes. */
    random: () => number;
  }>;

export type UnionpayWorld = World &
  Readonly<{
    /** One request as it came; faults apply, nothing waits. */
    handle(request: UnionpayRequest): Promise<UnionpayOutcome>;
    /** The same behind the channel port: waits what the outcome says, rejects where the connection breaks or time runs out. */
    transport: Transport;
    deliver: UnionpayNotifier["deliver"];
    deliverNext: UnionpayNotifier["deliverNext"];
  }>;

/** Builds a world from keys, a clock, chance and, where it is to last, a journal and the state it left. */
export function createUnionpayWorld(options: UnionpayWorldOptions): UnionpayWorld {
  const { keys, clock, random } = options;
  const store = createStore({ ...options, network: "unionpay" });
  const clocks = () => ({ now: clock.now(), unmovedNow: (clock.unmovedNow ?? clock.now)() });
  const notifier = createUnionpayNotifier({ store, keys, now: clock.now });
  const handle = (request: UnionpayRequest): Promise<UnionpayOutcome> => {
    store.passTime(clock.now());
    return handleGateway({ store, keys, clocks }, request);
  };
  return {
    ...createPeople({ store, now: clock.now, random }),
    handle,
    transport: transportOver(handle, clock.sleep),
    deliver: notifier.deliver,
    deliverNext: notifier.deliverNext,
    passTime: () => {
      store.passTime(clock.now());
      releaseDue(store, clock.now());
    },
  };
}

function transportOver(
  handle: (request: UnionpayRequest) => Promise<UnionpayOutcome>,
  sleep: (ms: number) => Promise<void>,
): Transport {
  return async (request): Promise<WireReply> => {
    const path = new URL(request.url).pathname;
    const outcome = await handle({ path, body: Buffer.from(request.body, "utf8") });
    await sleep(Math.min(outcome.afterMs, request.timeoutMs));
    if (outcome.afterMs >= request.timeoutMs) throw new Error("timeout");
    if (outcome.kind === "broken") throw new Error("connection reset");
    const headers = { "content-type": outcome.contentType };
    return { status: outcome.status, headers, body: Buffer.from(outcome.body) };
  };
}
