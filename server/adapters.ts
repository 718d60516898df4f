// What one module asks, in the words of another: small translations that belong to neither.
import type { Channel, ChannelAccount, ChannelIo } from "./channels/port.ts";
import type { MerchantDeps, Sightings } from "./modules/merchants/index.ts";
import type { Listener, Payment, RefundListener } from "./modules/payments/index.ts";
import type { CounterOf, Terminal } from "./modules/terminals/index.ts";
import type { Admission } from "./platform/admission.ts";

/** Who hears of every change of a payment, and of a refund: whoever waits for its being written, and what shows in it. */
export function listenersOf(
  { admission }: Readonly<{ admission?: Pick<Admission, "written"> }>,
  sightings: Sightings,
): readonly [payments: Listener, refunds: RefundListener] {
  return [
    ({ after }) => {
      admission?.written(after.channelOrderNo);
      noticeProducts(sightings, after);
    },
    ({ after }) => admission?.written(after.refund.channelRefundNo),
  ];
}

/** A payment by Huabei shows that it is open; a refusal that may mean it is closed makes us ask. */
function noticeProducts(
  sightings: Sightings,
  { merchantId, state, fundingSource, causeHints }: Payment,
): void {
  const product = "huabei";
  if (state === "succeeded" && fundingSource === "huabei")
    sightings.notice({ merchantId, product, looks: "open" });
  if (state === "failed" && causeHints.includes("C-MCH-01"))
    sightings.notice({ merchantId, product, looks: "closed" });
}

/** What a receipt says of the place, from the directory that every payment reads as well. */
export function counterOf({ directory }: MerchantDeps): CounterOf {
  return async ({ merchantId, storeId }) => {
    const merchant = await directory.merchantProfile(merchantId);
    const store = merchant?.stores.find(({ id }) => id === storeId);
    if (!merchant || !store) return null;
    return { merchantNames: merchant.names, storeNames: store.names, storeAddress: store.address };
  };
}

/** A terminal that was never activated may be asked about, but takes nothing. */
export function standingOf(state: Terminal["state"]): "active" | "suspended" | "other" {
  return state === "created" ? "other" : state;
}

/** A channel whose calls count as away: they wait for a network, not for our database. */
export function awayOf(admission: Pick<Admission, "away">, channel: Channel): Channel {
  const { away } = admission;
  // By the number of what comes back: its payment, or its refund.
  const ofOrder =
    <Asked extends Readonly<{ channelOrderNo: string }>, Said>(
      call: (io: ChannelIo, account: ChannelAccount, order: Asked) => Promise<Said>,
    ) =>
    (io: ChannelIo, account: ChannelAccount, order: Asked): Promise<Said> =>
      away(order.channelOrderNo, () => call.call(channel, io, account, order));
  return Object.assign(Object.create(channel) as Channel, {
    charge: ofOrder(channel.charge),
    precreate: ofOrder(channel.precreate),
    query: ofOrder(channel.query),
    cancel: ofOrder(channel.cancel),
    close: ofOrder(channel.close),
    refund: (...[io, account, asked]: Parameters<Channel["refund"]>) =>
      away(asked.channelRefundNo, () => channel.refund(io, account, asked)),
  });
}
