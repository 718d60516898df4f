// Trouble that concerns everybody at once: maintenance at a network, Huabei switched off, keys that change, clocks that
// jump, and the evening on which the platform is down while UnionPay’s clearing day ends.
import { unwrap } from "@huiyin/server/kernel/result.ts";
import { putChannelAccount } from "@huiyin/server/modules/merchants/index.ts";
import { everything } from "@huiyin/sandbox/faults/switches.ts";
import type { Bank } from "./bank.ts";
import type { Shop } from "./evidence.ts";
import type { Machine } from "./machine.ts";
import type { SimulatedNetwork } from "./networks/network.ts";
import type { Platform } from "./platform.ts";
import type { Skew } from "./ports.ts";
import type { Scheduler } from "./scheduler.ts";
import type { Trouble } from "./trouble.ts";

export type WeatherDeps = Readonly<{
  scheduler: Scheduler;
  trouble: Trouble;
  bank: Bank;
  machine: Machine<Platform>;
  skew: Skew;
  shops: readonly Shop[];
  hours: Hours;
}>;

/** Until when no shop sells. */
export type Hours = { closedUntilMs: number };

const second = 1_000;

/** Plans the next piece of weather, again and again, until the calm. */
export function runWeather(deps: WeatherDeps): void {
  const { scheduler, trouble, bank } = deps;
  const again = (name: string, ms: { min: number; max: number }, happen: () => void): void => {
    const run = (): void => {
      if (trouble.isCalm()) return;
      happen();
      again(name, ms, happen);
    };
    scheduler.after(trouble.chance.integer(ms.min, ms.max), { actor: "world", name, run });
  };
  for (const network of bank.networks) {
    again("maintenance", { min: 60 * second, max: 400 * second }, () => maintenance(deps, network));
    again("money is paid out", { min: 30 * second, max: 120 * second }, () => drainAccount(deps, network));
  }
  again("Huabei", { min: 30 * second, max: 200 * second }, () => toggleHuabei(deps));
  again("clock jumps", { min: 60 * second, max: 300 * second }, () => clockJump(deps));
  again("clock is set", { min: 40 * second, max: 200 * second }, () => clockSet(deps));
  planRotation(deps);
  planOutage(deps);
  // What time alone has brought about at the bank: expiries, requests that were held back, refunds that arrive.
  const pass = (): void => {
    for (const { world } of bank.networks) world.passTime();
    bank.changed();
    scheduler.after(trouble.isCalm() ? 30 * second : second, {
      actor: "bank",
      name: "time passes",
      run: pass,
    });
  };
  pass();
}

/** Ends everything that would go on by itself. */
export function clearWeather({ bank, skew }: Pick<WeatherDeps, "bank" | "skew">): void {
  for (const { code, world } of bank.networks) {
    unwrap(world.faults.switchOff("C-CHN-01", null));
    for (const { appId } of world.book.merchants.values()) {
      if (code === "alipay")
        unwrap(world.changeMerchant(appId, { product: { code: "huabei", state: "open" } }));
      unwrap(world.changeMerchant(appId, { withheldFen: 0n }));
    }
  }
  skew.ms = 0;
}

function maintenance({ scheduler, trouble }: WeatherDeps, { world }: SimulatedNetwork): void {
  const untilMs = scheduler.nowMs() + trouble.chance.integer(5, 45) * second;
  unwrap(world.faults.switchOn("C-CHN-01", { ...everything, untilMs }));
}

function toggleHuabei({ trouble, bank }: WeatherDeps): void {
  const { world } = bank.network("alipay");
  const merchant = trouble.chance.pick([...world.book.merchants.values()]);
  const state = merchant.products.huabei === "open" ? "closed" : "open";
  unwrap(world.changeMerchant(merchant.appId, { product: { code: "huabei", state } }));
}

/** A shop draws its money out, so that refunds find nothing to be paid from for a while. */
function drainAccount({ scheduler, trouble }: WeatherDeps, { world }: SimulatedNetwork): void {
  const { appId } = trouble.chance.pick([...world.book.merchants.values()]);
  unwrap(world.changeMerchant(appId, { withheldFen: 1_000_000_000_00n }));
  const run = (): void => {
    unwrap(world.changeMerchant(appId, { withheldFen: 0n }));
  };
  const ms = trouble.chance.integer(10, 60) * second;
  scheduler.after(ms, { actor: "world", name: "money comes in again", key: appId, run });
}

/**
 * WeChat Pay changes its platform key for good. Whoever verifies by certificate refuses its notices from then on, until
 * somebody adds the next certificate to the account, which takes minutes.
 */
function planRotation({ scheduler, trouble, bank, machine, shops }: WeatherDeps): void {
  const { chance } = trouble;
  const { wechat } = bank;
  const add = (merchantId: string): void => {
    const update = { channel: "wechat", state: null, config: wechat.bothCertificates } as const;
    const why = { actor: "simulation", reason: "微信支付平台证书更换" };
    void machine
      .call(`certificates of ${merchantId}`, ({ merchants }) =>
        putChannelAccount(merchants, merchantId, { ...update, ...why }),
      )
      .then((result) => {
        if (result !== "refused" && result !== "broken") return void unwrap(result);
        planAt(5 * second, merchantId);
      });
  };
  const planAt = (ms: number, merchantId: string): void => {
    const happening = { actor: "operator", name: "adds the next certificate", key: merchantId };
    scheduler.after(ms, { ...happening, run: () => add(merchantId) });
  };
  const run = (): void => {
    unwrap(wechat.world.faults.switchOn("key-rotation", everything));
    trouble.countAt("wechat", "keyRotation");
    for (const { merchantId, ways } of shops)
      if (ways.wechat?.endsWith("Certificate") === true) planAt(chance.integer(20, 120) * second, merchantId);
  };
  scheduler.after(chance.integer(30, 90) * second, { actor: "world", name: "platform key changes", run });
}

/** Everything sleeps, as a suspended machine does, and wakes up late. */
function clockJump({ scheduler, trouble }: WeatherDeps): void {
  trouble.count("clockJump");
  scheduler.jump(trouble.chance.integer(5, 150) * second);
}

/** The process dies for a long time with the next void that did not arrive after the first moment, at the second in any case. */
const outageFromMs = Date.parse("2026-11-30T14:24:00Z");
const outageByMs = Date.parse("2026-11-30T14:29:30Z");
/** Ten minutes before midnight in Beijing: UnionPay’s clearing day ended at 23:00. */
const outageUntilMs = Date.parse("2026-11-30T15:50:00Z");

/** Nothing runs while voids end: what was under way meets the next clearing day. Shops sell nothing meanwhile. */
function planOutage({ scheduler, trouble, bank, machine, hours }: WeatherDeps): void {
  const look = (): void => {
    const nowMs = scheduler.nowMs();
    const soon = nowMs < outageByMs && bank.voids.lastLostMs < outageFromMs;
    if (soon || machine.running() === null) return planLook(second);
    trouble.count("longOutage");
    hours.closedUntilMs = outageUntilMs;
    machine.outage(outageUntilMs - nowMs);
  };
  const planLook = (ms: number): void => {
    const run = (): void => void (trouble.isCalm() || look());
    scheduler.after(ms, { actor: "world", name: "power may fail", run });
  };
  planLook(outageFromMs - scheduler.nowMs());
}

/** The platform’s clock is off by a little, either way: less than what it must allow for. */
function clockSet({ trouble, skew }: WeatherDeps): void {
  trouble.count("clockSkew");
  skew.ms = trouble.chance.integer(-2_000, 2_000);
}
