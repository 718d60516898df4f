// The simulated Alipay as one object: gateway, wallets, merchants, notifications and faults, without any HTTP.
// The HTTP sandbox and the deterministic simulation drive the same one; time, chance and durability are handed in.
import { readRequest, type WireParameters } from "@huiyin/server/channels/alipay/codec.ts";
import type { Transport, WireReply } from "@huiyin/server/channels/port.ts";
import type { Clocks } from "./admission.ts";
import { createAnswerDesk, type AnswerDesk } from "./answerDesk.ts";
import type { AlipayCertificates } from "./certificateMode.ts";
import { billArchive, billPath } from "./bills.ts";
import { bytesOfAnswer, handleGateway, releaseDue, type AlipayKeys, type WireOutcome } from "./gateway.ts";
import { createAlipayNotifier, type AlipayNotifier } from "./notifier.ts";
import type { World } from "../world/model.ts";
import { createPeople } from "../world/people.ts";
import { createStore, type StoreDeps } from "../world/store.ts";

export type AlipayWorldOptions = StoreDeps &
  Readonly<{
    keys: AlipayKeys;
    /** What signs for callers in certificate mode; without it the gateway knows no certificate. */
    certificates?: () => Promise<AlipayCertificates>;
    clock: Readonly<{
      now(): Date;
      sleep(ms: number): Promise<void>;
      /** The same moment by a clock that nobody moved; `now` where the two are one. */
      unmovedNow?: () => Date;
    }>;
    /** Where bills are fetched: the sandbox’s own address with `billPath`. */
    billAddress?: () => string;
    /** A number in [0, 1): draws payer codes. */
    random: () => number;
  }>;

export type AlipayWorld = World &
  Readonly<{
    /** One request with merged, decoded parameters; faults apply, nothing waits. */
    handleGateway(parameters: WireParameters): Promise<WireOutcome>;
    /** The same behind the channel port: waits what the outcome says, rejects where the connection breaks or time runs out. */
    transport: Transport;
    /** The bill behind an address that the gateway gave out; null where it is none, or its time is over. */
    billArchive(address: string): Uint8Array | null;
    /** Documented refusals on demand. */
    answers: AnswerDesk;
    deliver: AlipayNotifier["deliver"];
    deliverNext: AlipayNotifier["deliverNext"];
  }>;

/** Builds a world from keys, a clock, chance and, where it is to last, a journal and the state it left. */
export function createAlipayWorld(options: AlipayWorldOptions): AlipayWorld {
  const { keys, clock } = options;
  const store = createStore(options);
  const clocks = (): Clocks => ({ now: clock.now(), unmovedNow: (clock.unmovedNow ?? clock.now)() });
  const certificates = options.certificates ?? (async () => null);
  const billAddress = options.billAddress ?? (() => `http://127.0.0.1:9${billPath}`);
  const archiveAt = (address: string): Uint8Array | null => {
    const deps = { book: store.state.book, secret: keys.alipayPrivateKey, address: billAddress() };
    return billArchive(deps, address, clock.now());
  };
  const handle = (parameters: WireParameters): Promise<WireOutcome> =>
    handleGateway({ store, keys, certificates, clocks, billAddress }, parameters);
  const notifier = createAlipayNotifier({ store, keys, certificates, now: clock.now });
  return {
    ...createPeople({ store, now: clock.now, random: options.random }),
    handleGateway: handle,
    billArchive: archiveAt,
    transport: transportOver(handle, archiveAt, clock.sleep),
    answers: createAnswerDesk({ store, now: clock.now }),
    deliver: notifier.deliver,
    deliverNext: notifier.deliverNext,
    passTime: () => {
      store.passTime(clock.now());
      releaseDue(store, clock.now());
    },
  };
}

function transportOver(
  handle: (parameters: WireParameters) => Promise<WireOutcome>,
  archiveAt: (address: string) => Uint8Array | null,
  sleep: (ms: number) => Promise<void>,
): Transport {
  return async (request): Promise<WireReply> => {
    if (request.method === "GET") {
      const archive = archiveAt(request.url);
      return { status: archive === null ? 403 : 200, headers: {}, body: archive ?? Buffer.alloc(0) };
    }
    const reading = readRequest(new URL(request.url).search, request.body);
    if (reading.kind === "malformed") return { status: 400, headers: {}, body: Buffer.from(reading.problem) };
    const outcome = await handle(reading.parameters);
    await sleep(Math.min(outcome.afterMs, request.timeoutMs));
    if (outcome.afterMs >= request.timeoutMs) throw new Error("timeout");
    if (outcome.kind === "broken") throw new Error("connection reset");
    return {
      status: outcome.status,
      headers: { "content-type": outcome.contentType },
      body: bytesOfAnswer(outcome),
    };
  };
}
