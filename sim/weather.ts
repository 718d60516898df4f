// Trouble that concerns everybody at once: maintenance at Alipay, Huabei switched off, clocks that jump; and the person
// at the platform who decides what the channel left open.
import { idOf } from "@huiyin/server/kernel/ids.ts";
import { unwrap } from "@huiyin/server/kernel/result.ts";
import { everything } from "@huiyin/sandbox/faults/switches.ts";
import type { Bank } from "./bank.ts";
import type { Machine } from "./machine.ts";
import type { Platform } from "./platform.ts";
import type { Skew } from "./ports.ts";
import type { Scheduler } from "./scheduler.ts";
import type { Store } from "./database.ts";
import type { Trouble } from "./trouble.ts";

export type WeatherDeps = Readonly<{ scheduler: Scheduler; trouble: Trouble; bank: Bank; skew: Skew }>;

const second = 1_000;

/** Plans the next piece of weather, again and again, until the calm. */
export function runWeather(deps: WeatherDeps): void {
  const { scheduler, trouble } = deps;
  const again = (name: string, ms: { min: number; max: number }, happen: () => void): void => {
    const run = (): void => {
      if (trouble.isCalm()) return;
      happen();
      again(name, ms, happen);
    };
    scheduler.after(trouble.chance.integer(ms.min, ms.max), { actor: "world", name, run });
  };
  again("maintenance", { min: 60 * second, max: 400 * second }, () => maintenance(deps));
  again("Huabei", { min: 30 * second, max: 200 * second }, () => toggleHuabei(deps));
  again("clock jumps", { min: 60 * second, max: 300 * second }, () => clockJump(deps));
  again("clock is set", { min: 40 * second, max: 200 * second }, () => clockSet(deps));
  again("money is paid out", { min: 40 * second, max: 200 * second }, () => drainAccount(deps));
  // What time alone has brought about at the bank: expiries, requests that were held back.
  const pass = (): void => {
    deps.bank.world.passTime();
    deps.bank.changed();
    scheduler.after(trouble.isCalm() ? 30 * second : second, {
      actor: "alipay",
      name: "time passes",
      run: pass,
    });
  };
  pass();
}

/** Ends everything that would go on by itself. */
export function clearWeather({ bank, skew }: WeatherDeps): void {
  unwrap(bank.world.faults.switchOff("C-CHN-01", null));
  for (const { appId } of bank.book.merchants.values()) {
    unwrap(bank.world.changeMerchant(appId, { product: { code: "huabei", state: "open" } }));
    unwrap(bank.world.changeMerchant(appId, { withheldFen: 0n }));
  }
  skew.ms = 0;
}

function maintenance({ scheduler, trouble, bank }: WeatherDeps): void {
  const untilMs = scheduler.nowMs() + trouble.chance.integer(5, 45) * second;
  unwrap(bank.world.faults.switchOn("C-CHN-01", { ...everything, untilMs }));
}

function toggleHuabei({ trouble, bank }: WeatherDeps): void {
  const merchant = trouble.chance.pick([...bank.book.merchants.values()]);
  const state = merchant.products.huabei === "open" ? "closed" : "open";
  unwrap(bank.world.changeMerchant(merchant.appId, { product: { code: "huabei", state } }));
}

/** The shop draws its money out, so that refunds find nothing to be paid from for a while. */
function drainAccount({ scheduler, trouble, bank }: WeatherDeps): void {
  const { appId } = trouble.chance.pick([...bank.book.merchants.values()]);
  unwrap(bank.world.changeMerchant(appId, { withheldFen: 1_000_000_000_00n }));
  const run = (): void => {
    unwrap(bank.world.changeMerchant(appId, { withheldFen: 0n }));
  };
  const ms = trouble.chance.integer(10, 60) * second;
  scheduler.after(ms, { actor: "world", name: "money comes in again", key: appId, run });
}

/** Everything sleeps, as a suspended machine does, and wakes up late. */
function clockJump({ scheduler, trouble }: WeatherDeps): void {
  trouble.count("clockJump");
  scheduler.jump(trouble.chance.integer(5, 150) * second);
}

/** The platform’s clock is off by a little, either way: less than what it must allow for. */
function clockSet({ trouble, skew }: WeatherDeps): void {
  trouble.count("clockSkew");
  skew.ms = trouble.chance.integer(-2_000, 2_000);
}

export type OperatorDeps = Readonly<{
  scheduler: Scheduler;
  trouble: Trouble;
  bank: Bank;
  machine: Machine<Platform>;
  /** A stranger’s connection: what the console would show. */
  store: Pick<Store, "query">;
}>;

type ReviewRow = Readonly<{ payment_id: string; channel_order_no: string }>;

/** Looks at the open reviews every now and then, asks the bank’s own portal, and decides; sometimes wrongly. */
export function runOperator(deps: OperatorDeps): void {
  const { scheduler, trouble } = deps;
  const look = (): void => {
    const end = scheduler.begin("operator reads");
    void deps.store
      .query<ReviewRow>(
        "select payment_id, channel_order_no from payments.payment where review_since is not null order by payment_id",
      )
      .then((rows) => {
        end();
        for (const row of rows) decide(deps, row);
        plan();
      });
  };
  const plan = (): void => {
    const ms = trouble.chance.integer(15, 60) * second;
    scheduler.after(ms, { actor: "operator", name: "looks at reviews", run: look });
  };
  plan();
}

function decide({ bank, trouble, machine }: OperatorDeps, row: ReviewRow): void {
  const trade = bank.tradeOf(row.channel_order_no);
  // It may still be paid: nobody decides that yet.
  if (trade?.status === "WAIT_BUYER_PAY") return;
  const charged = trade !== null && trade.paidAtMs !== 0 && trade.refundedFen === 0n;
  // Only a mistake that the channel’s next word can correct: money given up, never money invented.
  const decision = charged && !trouble.strikes(0.8) ? "succeeded" : "closed";
  const principal = { role: "operator", credentialId: "key_00000000000070008000000000000001" } as const;
  const paymentId = idOf("pay", row.payment_id);
  void machine
    .call(`review ${paymentId}`, (platform) =>
      platform.payments.decideReview(principal, paymentId, { decision, reason: "与渠道后台核对" }),
    )
    .then((result) => {
      if (result !== "refused" && result !== "broken" && result.ok) trouble.count("reviewDecided");
    });
}
