// The payment that a form of the page began, told to whoever sends that form again: nobody is to begin a second one because
// of a page that was loaded again, and nobody is told “nothing was taken” of one that is paid.
import { addSeconds } from "../../kernel/time.ts";
import type { Money } from "../../kernel/money.ts";
import type { World } from "../../kernel/world.ts";
import type { ChannelCode } from "@huiyin/contract/words.ts";
import type { Clock } from "../../platform/clock.ts";
import type { Pg } from "../../platform/pg/pg.ts";
import { assert } from "../../kernel/assert.ts";
import { pageTicketPrefix, readPayment, selectKeys, type Payment } from "../payments/index.ts";
import { stateInPage, type StateInPage } from "./state.ts";

export type EarlierPayment = Readonly<{
  paymentId: string;
  amount: Money;
  wallet: ChannelCode;
  state: StateInPage;
  /** How its payer can still pay: in the page, by the address of a code, or not from here. */
  way: Readonly<{ kind: "bridge" }> | Readonly<{ kind: "code"; url: string }> | Readonly<{ kind: "none" }>;
  expiresAt: Date;
}>;

export type EarlierDeps = Readonly<{
  pg: Pg;
  world: Pick<World, "now">;
  clock: Pick<Clock, "sleep">;
}>;

export type FormKey = Readonly<{ merchantId: string; idempotencyKey: string }>;

/** How long a second tap waits for the order that the first one is placing: as long as the first tap does. */
const waitSecondsMax = 10;
const lookEveryMs = 200;

/** The payment that has this key, as soon as its order is placed; null where nothing was begun with it. */
export async function earlierPayment(deps: EarlierDeps, key: FormKey): Promise<EarlierPayment | null> {
  const { merchantId, idempotencyKey } = key;
  const until = addSeconds(deps.world.now(), waitSecondsMax);
  for (;;) {
    const rows = await deps.pg.transaction(
      (tx) => selectKeys(tx, merchantId, [idempotencyKey]),
      [merchantId],
    );
    const row = rows.get(idempotencyKey);
    if (row === undefined) return null;
    const reader = { role: "merchant", merchantId, credentialId: "printed code" } as const;
    const read = await readPayment(deps, reader, row.paymentId);
    assert(read.ok, `${row.paymentId}: has a key and does not exist`);
    const now = deps.world.now();
    const placing = read.value.state === "processing" && row.answer === null && now < row.runningUntil;
    if (!placing || now >= until) return earlierOf(read.value, now);
    await deps.clock.sleep(lookEveryMs);
  }
}

function earlierOf(payment: Payment, now: Date): EarlierPayment {
  const { id, amount, channel, expiresAt, codeUrl } = payment;
  return {
    ...{ paymentId: id, amount, wallet: channel, expiresAt },
    state: stateInPage(payment, now),
    way: wayOf(codeUrl),
  };
}

function wayOf(codeUrl: string | null): EarlierPayment["way"] {
  if (codeUrl === null) return { kind: "none" };
  return codeUrl.startsWith(pageTicketPrefix) ? { kind: "bridge" } : { kind: "code", url: codeUrl };
}
