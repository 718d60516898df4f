// The wire between the platform and Alipay: each request leaves, arrives, takes effect and is answered in events of
// its own, and each may go wrong in between.
import { readRequest, type WireParameters } from "@huiyin/server/channels/alipay/codec.ts";
import type { Channel, Transport, WireReply, WireRequest } from "@huiyin/server/channels/port.ts";
import type { WireOutcome } from "@huiyin/sandbox/alipay/gateway.ts";
import type { Bank } from "./bank.ts";
import type { Operation, WireFault } from "./plans.ts";
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
  parameters: WireParameters;
  /** "pay 10000001…": what the trace and the books call it. */
  key: string;
  succeed(reply: WireReply): void;
  fail(error: Error): void;
  /** Ends the waiting for the reply. */
  answered(): void;
}>;

/** The transport of one process. */
export function createTransport(deps: NetworkDeps): Transport {
  return (request) =>
    new Promise((resolve, reject) => {
      const reading = readRequest(new URL(request.url).search, request.body);
      if (reading.kind === "malformed")
        throw new Error(`the client sent what nobody can read: ${reading.problem}`);
      const { parameters } = reading;
      const flight: Flight = {
        request,
        parameters,
        key: keyOf(parameters),
        succeed: resolve,
        fail: reject,
        answered: () => undefined,
      };
      plan(deps, "request leaves", flight.key, 0, () => {
        if (!deps.dies("beforeCall")) leave(deps, flight);
      });
    });
}

function plan(deps: NetworkDeps, name: string, key: string, ms: number, run: () => void): () => void {
  return deps.scheduler.after(ms, { actor: "platform", name, key, run }, deps.life);
}

function leave(deps: NetworkDeps, flight: Flight): void {
  const { scheduler, trouble } = deps;
  const { request, key } = flight;
  const answered = plan(deps, "reply times out", key, request.timeoutMs, () => {
    flight.fail(new DOMException("The operation was aborted due to timeout", "TimeoutError"));
  });
  const fault = deps.bank.faultFor(key);
  if (fault === "requestLost" || fault === "channelSilent") return trouble.count(fault);
  const ms = trouble.chance.integer(latencyMs.min, latencyMs.max);
  // From here on it is the world’s: it goes on when the process dies.
  scheduler.after(ms, {
    actor: "alipay",
    name: "request arrives",
    key,
    run: () => arrive(deps, { ...flight, answered }, fault),
  });
}

function arrive(deps: NetworkDeps, flight: Flight, fault: WireFault): void {
  const end = deps.scheduler.begin(`gateway ${flight.key}`);
  void deps.bank.handle(flight.key, flight.parameters, fault).then((outcome) => {
    end();
    if (deps.life.alive === "no" || deps.dies("afterCall")) return;
    answer(deps, flight, outcome);
  });
}

function answer(deps: NetworkDeps, flight: Flight, outcome: WireOutcome): void {
  const ms = outcome.afterMs + deps.trouble.chance.integer(latencyMs.min, latencyMs.max);
  if (outcome.kind === "broken") {
    const reset = Object.assign(new TypeError("fetch failed"), {
      cause: Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" }),
    });
    plan(deps, "connection breaks", flight.key, ms, () => {
      flight.answered();
      flight.fail(reset);
    });
    return;
  }
  const { status, contentType, body } = outcome;
  plan(deps, "reply arrives", flight.key, ms, () => {
    flight.answered();
    flight.succeed({ status, headers: { "content-type": contentType }, body: Buffer.from(body) });
  });
}

const operations: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ["alipay.trade.pay", "pay"],
  ["alipay.trade.query", "query"],
  ["alipay.trade.cancel", "cancel"],
  ["alipay.trade.refund", "refund"],
  ["alipay.trade.fastpay.refund.query", "refundQuery"],
]);

/** “pay 1000000100…”: the operation and the order number. */
function keyOf(parameters: WireParameters): string {
  const content = JSON.parse(parameters.get("biz_content") ?? "{}") as { out_trade_no?: string };
  const method = parameters.get("method") ?? "";
  const operation = operations.get(method);
  if (operation === undefined) throw new Error(`nobody here asks for ${method}`);
  return `${operation} ${content.out_trade_no ?? ""}`;
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
