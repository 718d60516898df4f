// Cashiers with their customers: they key an amount, scan a code or show one, and are as careless as people are.
import type { CreatePayment } from "@huiyin/contract/api/payments.ts";
import type { ChannelCode } from "@huiyin/contract/words.ts";
import { unreachable } from "@huiyin/server/kernel/assert.ts";
import { after, ask, askUntilAnswered, pause, type Request, type TillDeps } from "./asking.ts";
import { serveByShownCode } from "./shownCodes.ts";
import type { Hours } from "./weather.ts";

export type CashierDeps = TillDeps &
  Readonly<{
    /** Takes one from what is left to pay; false when the day is over. */
    takeTurn(): boolean;
    /** The sale is over, as far as this cashier cares. */
    turnOver(): void;
    hours: Hours;
  }>;

const thinkMs = { min: 200, max: 2_500 } as const;
const shownShare = 0.25;
/** How long a shown code lives, in seconds; null for as long as the channel prescribes. */
const validities = [30, 30, 30, 45, 60, 90, null] as const;

/** One cashier, until nothing is left to pay. */
export function runCashier(deps: CashierDeps): void {
  let sales = 0;
  const next = (): void => {
    // A closed shop opens for its next customer.
    const closedMs = Math.max(0, deps.hours.closedUntilMs - deps.scheduler.nowMs());
    const nextMs = { min: thinkMs.min + closedMs, max: thinkMs.max + closedMs };
    after(deps, nextMs, "next customer", () => {
      if (!deps.takeTurn()) return;
      sales += 1;
      void sell(deps, `${deps.counter.name}-${sales}`).finally(() => {
        deps.turnOver();
        next();
      });
    });
  };
  next();
}

function requestOf(deps: CashierDeps, idempotencyKey: string): Request {
  const { chance } = deps.trouble;
  const channel = chance.weighted(deps.weights as Readonly<Record<ChannelCode, number>>);
  const common = { channel, idempotencyKey, waitSeconds: chance.pick([0, 2, 5, 10]) };
  const amount = chance.integer(1, 30_000);
  if (chance.happens(shownShare)) {
    deps.trouble.countAt(channel, "paidByShownCode");
    const validitySeconds = chance.pick(validities);
    const life = validitySeconds === null ? {} : { validitySeconds };
    return { ...common, body: { amount, method: channel, ...life } };
  }
  deps.trouble.countAt(channel, "paidByPayerCode");
  const payerCode = deps.payers.showCode(channel);
  return { ...common, body: { amount, payerCode, ...instalments(deps, channel) } };
}

type Manner = "plain" | "doubleTap" | "replay" | "otherBody" | "secondScan" | "clientGone";

/** One sale, with whatever goes wrong on this side of the counter. */
async function sell(deps: CashierDeps, idempotencyKey: string): Promise<void> {
  const request = requestOf(deps, idempotencyKey);
  const { chance } = deps.trouble;
  const shown = !("payerCode" in request.body);
  const manner = chance.weighted<Manner>({
    ...{ plain: 66, doubleTap: 8, replay: 8, otherBody: 6, clientGone: 6 },
    // What is shown is nobody’s code yet.
    secondScan: shown ? 0 : 6,
  });
  const first = async (): Promise<void> => {
    const heard = await askUntilAnswered(deps, request);
    if (shown && heard?.kind === "answered") serveByShownCode(deps, heard);
  };
  const count = (fault: Parameters<typeof deps.trouble.countAt>[1]): void =>
    deps.trouble.countAt(request.channel, fault);
  switch (manner) {
    case "plain":
      return first();
    case "doubleTap":
      count("doubleTap");
      return void (await Promise.all([first(), askUntilAnswered(deps, request)]));
    case "replay":
      await first();
      count("replay");
      // Later, while others are served.
      return void pause(deps, { min: 1, max: 90_000 }).then(() => askUntilAnswered(deps, request));
    case "otherBody":
      await first();
      count("keyWithOtherBody");
      return void (await ask(deps, {
        ...request,
        body: { ...request.body, amount: request.body.amount + 1 },
      }));
    case "secondScan":
      await first();
      count("secondScanOfOneCode");
      return void (await askUntilAnswered(deps, { ...request, idempotencyKey: `${idempotencyKey}-again` }));
    case "clientGone":
      // Walks away from the screen; nobody hears the answer.
      count("clientGone");
      void ask(deps, request);
      return pause(deps, { min: 1, max: 3_000 });
    default:
      return unreachable(manner);
  }
}

/** Some customers want to pay by and by, and bear the fee for it. Only Alipay offers it. */
function instalments({ trouble }: CashierDeps, channel: ChannelCode): Pick<CreatePayment, "credit"> {
  if (channel !== "alipay" || !trouble.strikes(0.08)) return {};
  trouble.countAt(channel, "instalments");
  return { credit: { instalments: trouble.chance.pick([3, 6, 12] as const), feeBearer: "payer" } };
}
