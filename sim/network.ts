// The wire between the platform and the networks: each request leaves, arrives, takes effect and is answered in events of
// its own, and each may go wrong in between.
import type { Channel, Transport, WireReply, WireRequest } from "@huiyin/server/channels/port.ts";
import type { Bank, BankCall } from "./bank.ts";
import type { WireOutcome } from "./networks/network.ts";
import type { WireFault } from "./plans.ts";
import type { Life, Scheduler } from "./scheduler.ts";
import type { Trouble } from "./trouble.ts";

export type NetworkDeps = Readonly<{
  scheduler: Scheduler;
  trouble: Trouble;
  bank: Bank;
  life: Life;
  /** True when the process died at this very point. */
  dies(at: "beforeCall" | "afterCall"): boolean;
}>;

const latencyMs = { min: 4, max: 60 } as const;

type Flight = Readonly<{
  request: WireRequest;
  call: BankCall;
  succeed(reply: WireReply): void;
  fail(error: Error): void;
  /** Ends the waiting for the reply. */
  answered(): void;
}>;

/** The transport of one process. */
export function createTransport(deps: NetworkDeps): Transport {
  return (request) =>
    new Promise((resolve, reject) => {
      const flight: Flight = {
        request,
        call: calledFor(deps, request),
        succeed: resolve,
        fail: reject,
        answered: () => undefined,
      };
      plan(deps, "request leaves", flight.call.key, 0, () => {
        if (!deps.dies("beforeCall")) leave(deps, flight);
      });
    });
}

/** What the request asks for. Nobody may take what cannot be read for a failure on the way. */
function calledFor({ bank }: NetworkDeps, request: WireRequest): BankCall {
  try {
    return bank.callOf(request);
  } catch (error) {
    // Unhandled on purpose: the run reports it.
    void Promise.reject(error as Error);
    throw error;
  }
}

function plan(deps: NetworkDeps, name: string, key: string, ms: number, run: () => void): () => void {
  return deps.scheduler.after(ms, { actor: "platform", name, key, run }, deps.life);
}

function leave(deps: NetworkDeps, flight: Flight): void {
  const { scheduler, trouble } = deps;
  const { request, call } = flight;
  const { code } = call.network;
  const answered = plan(deps, "reply times out", call.key, request.timeoutMs, () => {
    flight.fail(new DOMException("The operation was aborted due to timeout", "TimeoutError"));
  });
  const fault = deps.bank.faultFor(call);
  if (fault === "requestLost" || fault === "channelSilent") return trouble.countAt(code, fault);
  const ms = trouble.chance.integer(latencyMs.min, latencyMs.max);
  // From here on it is the world’s: it goes on when the process dies.
  scheduler.after(ms, {
    actor: code,
    name: "request arrives",
    key: call.key,
    run: () => arrive(deps, { ...flight, answered }, fault),
  });
}

function arrive(deps: NetworkDeps, flight: Flight, fault: WireFault): void {
  const end = deps.scheduler.begin(`gateway ${flight.call.key}`);
  void deps.bank.handle(flight.call, flight.request, fault).then((outcome) => {
    end();
    if (deps.life.alive === "no" || deps.dies("afterCall")) return;
    answer(deps, flight, outcome);
  });
}

function answer(deps: NetworkDeps, flight: Flight, outcome: WireOutcome): void {
  const ms = outcome.afterMs + deps.trouble.chance.integer(latencyMs.min, latencyMs.max);
  if (outcome.kind === "broken") {
    const reset = Object.assign(new TypeError("the request failed"), {
      cause: Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" }),
    });
    plan(deps, "connection breaks", flight.call.key, ms, () => {
      flight.answered();
      flight.fail(reset);
    });
    return;
  }
  const { status, headers, body } = outcome;
  plan(deps, "reply arrives", flight.call.key, ms, () => {
    flight.answered();
    flight.succeed({ status, headers, body });
  });
}

/**
 * The channel with its signatures as events of their own: RSA runs on other threads, where nobody can say which of two
 * ends first, so one begins when the last has ended, and the next step waits for it. While the wire is waited for,
 * nothing is under way.
 */
export function watchedChannel(scheduler: Scheduler, life: Life, channel: Channel): Channel {
  const watched = <T>(what: string, work: (around: Around) => Promise<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      const run = (): void => {
        let end = scheduler.begin(what);
        const around: Around = (inner) => async (request) => {
          end();
          try {
            return await inner(request);
          } finally {
            end = scheduler.begin(what);
          }
        };
        void work(around)
          .then(resolve, reject)
          .then(() => end());
      };
      scheduler.after(0, { actor: "platform", name: `signs or verifies a ${what}`, run }, life);
    });
  return {
    manifest: channel.manifest,
    recognises: (payerCode) => channel.recognises(payerCode),
    answerCallback: (result, callback) => channel.answerCallback(result, callback),
    charge: (io, account, request) =>
      watched("charge", (around) =>
        channel.charge({ ...io, transport: around(io.transport) }, account, request),
      ),
    query: (io, account, order) =>
      watched("query", (around) => channel.query({ ...io, transport: around(io.transport) }, account, order)),
    cancel: (io, account, order) =>
      watched("cancel", (around) =>
        channel.cancel({ ...io, transport: around(io.transport) }, account, order),
      ),
    refund: (io, account, request) =>
      watched("refund", (around) =>
        channel.refund({ ...io, transport: around(io.transport) }, account, request),
      ),
    refundQuery: (io, account, request) =>
      watched("refund query", (around) =>
        channel.refundQuery({ ...io, transport: around(io.transport) }, account, request),
      ),
    precreate: (io, account, request) =>
      watched("precreate", (around) =>
        channel.precreate({ ...io, transport: around(io.transport) }, account, request),
      ),
    close: (io, account, order) =>
      watched("close", (around) => channel.close({ ...io, transport: around(io.transport) }, account, order)),
    bill: (io, account, request) =>
      watched("bill", (around) => channel.bill({ ...io, transport: around(io.transport) }, account, request)),
    probe: (io, account) =>
      watched("probe", (around) => channel.probe({ ...io, transport: around(io.transport) }, account)),
    readCallback: (account, callback) => watched("callback", () => channel.readCallback(account, callback)),
  };
}

type Around = (inner: Transport) => Transport;
