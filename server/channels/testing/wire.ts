// For tests only: what may happen to a message on its way.
import type { Transport } from "../port.ts";

const timeout = (): Error => Object.assign(new Error("no reply in time"), { name: "TimeoutError" });

/** The request never arrives. */
export const losingRequest: Transport = () => Promise.reject(timeout());

/** The request arrives and is carried out; its reply never comes. */
export function losingReply(transport: Transport): Transport {
  return async (sent) => {
    await transport(sent);
    throw timeout();
  };
}

type WireReply = Awaited<ReturnType<Transport>>;

/** One digit of the reply is another. */
export function alteredDigit(reply: WireReply): WireReply {
  return { ...reply, body: reply.body.replace(/[0-9]/, (digit) => (digit === "1" ? "2" : "1")) };
}

/** The second half of the reply is missing. */
export function cutShort(reply: WireReply): WireReply {
  return { ...reply, body: reply.body.slice(0, Math.floor(reply.body.length / 2)) };
}

/** A web page answers instead of the channel. */
export function replacedByPage(reply: WireReply): WireReply {
  return { ...reply, body: "<!doctype html><title>请登录网络</title>" };
}
