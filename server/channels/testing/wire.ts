// For tests only: what may happen to a message on its way.
import type { Transport } from "../port.ts";
import { wireText } from "../wireText.ts";

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

function withText(reply: WireReply, change: (text: string) => string): WireReply {
  return { ...reply, body: Buffer.from(change(wireText(reply))) };
}

/** One digit of the reply is another; a letter where it has no digit. */
export function alteredDigit(reply: WireReply): WireReply {
  return withText(reply, (text) =>
    /[0-9]/.test(text)
      ? text.replace(/[0-9]/, (digit) => (digit === "1" ? "2" : "1"))
      : text.replace(/[A-Za-z]/, (letter) => (letter === "x" ? "y" : "x")),
  );
}

/** The second half of the reply is missing. */
export function cutShort(reply: WireReply): WireReply {
  return withText(reply, (text) => text.slice(0, Math.floor(text.length / 2)));
}

/** A web page answers instead of the channel. */
export function replacedByPage(reply: WireReply): WireReply {
  return withText(reply, () => "<!doctype html><title>请登录网络</title>");
}
