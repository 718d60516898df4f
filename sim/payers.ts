// Payers with their phones: wallets of every kind at every network, codes shown and scanned, passwords typed in time, too
// late or never.
import type { ChannelCode } from "@huiyin/contract/words.ts";
import { unwrap } from "@huiyin/server/kernel/result.ts";
import type { NewWallet } from "@huiyin/sandbox/book/people.ts";
import type { Trade } from "@huiyin/sandbox/book/model.ts";
import type { Bank } from "./bank.ts";
import type { SimulatedNetwork } from "./networks/network.ts";
import type { OrderPlan } from "./plans.ts";
import type { Scheduler } from "./scheduler.ts";
import type { Trouble } from "./trouble.ts";

/** What the owner of a phone does when it asks for the password. */
export type Pace = Pick<OrderPlan, "password" | "passwordMs">;

/** A code that a shop shows. */
export type ShownCode = Readonly<{ channel: ChannelCode; orderNo: string; codeUrl: string }>;

export type Payers = Readonly<{
  /** A fresh code of somebody’s phone. */
  showCode(channel: ChannelCode): string;
  /** Somebody scans what a shop shows, and pays at this pace; at the pace of the order’s plan where none is said. */
  scan(code: ShownCode, pace?: Pace): "scanned" | "refused";
  /** Every code ever shown: secrets that may appear nowhere. */
  codes: ReadonlySet<string>;
}>;

export type PayerDeps = Readonly<{ scheduler: Scheduler; trouble: Trouble; bank: Bank }>;

const yuan = (amount: number): bigint => BigInt(amount) * 100n;

const ordinary = {
  balanceFen: yuan(1_000_000),
  huabeiLimitFen: yuan(1_000_000),
  huabeiUsedFen: 0n,
  huabeiState: "open",
  cards: [],
  funding: "balance",
  state: "normal",
  passwordAboveFen: yuan(1_000_000),
  password: "123456",
} as const satisfies Omit<NewWallet, "name">;

type Person = NewWallet & Readonly<{ share: number }>;

/** Everybody who comes to the counter, as often as their share says. */
const people: readonly Person[] = [
  { ...ordinary, name: "余额", share: 40 },
  {
    ...ordinary,
    name: "储蓄卡",
    funding: "card:1",
    cards: [{ kind: "debit", bankName: "招商银行", tail: "6225", limitFen: 0n, balanceFen: yuan(1_000_000) }],
    share: 12,
  },
  { ...ordinary, name: "每笔输密码", passwordAboveFen: 0n, share: 18 },
  { ...ordinary, name: "没有钱", balanceFen: 0n, share: 4 },
  { ...ordinary, name: "账户冻结", state: "frozen", share: 2 },
];

/** Those whom only one network knows. */
const ownPeople: Readonly<Record<ChannelCode, readonly Person[]>> = {
  alipay: [
    { ...ordinary, name: "花呗", funding: "huabei", share: 20 },
    { ...ordinary, name: "花呗额度不足", funding: "huabei", huabeiLimitFen: 1n, share: 4 },
  ],
  wechat: [],
  unionpay: [],
};

export function runPayers(deps: PayerDeps): Payers {
  const { bank, trouble } = deps;
  const codes = new Set<string>();
  const paces = new Map<string, Pace>();
  const shares = new Map(bank.networks.map((network) => [network.code, walletsAt(network)]));
  const somebodyAt = (channel: ChannelCode): string => trouble.chance.weighted(shares.get(channel) ?? {});
  for (const network of bank.networks) {
    watchPasswords(deps, network, paces);
    watchRefusals(deps, network);
  }
  watchCloseAttempts(deps);
  return {
    codes,
    showCode: (channel) => {
      const { code } = unwrap(bank.network(channel).world.showCode(somebodyAt(channel)));
      codes.add(code);
      return code;
    },
    scan: ({ channel, codeUrl, orderNo }, pace) => {
      if (pace !== undefined && !paces.has(orderNo)) paces.set(orderNo, pace);
      const trade = bank.scan(channel, { walletId: somebodyAt(channel), codeUrl, orderNo });
      return trade === null ? "refused" : "scanned";
    },
  };
}

function walletsAt({ code, world }: SimulatedNetwork): Readonly<Record<string, number>> {
  const opened = [...people, ...ownPeople[code]].map(
    ({ share, ...wanted }) => [unwrap(world.openWallet(wanted)).id, share] as const,
  );
  return Object.fromEntries(opened);
}

/** The phone asks for the password: its owner types it, or does not. */
function watchPasswords(deps: PayerDeps, network: SimulatedNetwork, paces: ReadonlyMap<string, Pace>): void {
  const { bank, scheduler, trouble } = deps;
  const { code, world } = network;
  const asked = new Set<string>();
  bank.onChange(() => {
    for (const tradeNo of world.book.waiting) {
      if (asked.has(tradeNo)) continue;
      const trade = world.book.trades.get(tradeNo);
      // A code that nobody has scanned yet asks nobody.
      if (trade === undefined || trade.status !== "WAIT_BUYER_PAY" || trade.walletId === "") continue;
      asked.add(tradeNo);
      const pace = paces.get(trade.outTradeNo) ?? bank.planOf(trade.outTradeNo);
      if (pace.password === "never") {
        trouble.countAt(code, "passwordNeverEntered");
        continue;
      }
      const run = (): void => enterPassword(deps, network, { tradeNo, how: pace.password });
      const happening = { actor: "payer", name: "types the password", key: trade.outTradeNo, run };
      scheduler.after(pace.passwordMs, happening);
    }
  });
}

function enterPassword(
  { bank, trouble }: PayerDeps,
  { code, world }: SimulatedNetwork,
  { tradeNo, how }: Readonly<{ tradeNo: string; how: Pace["password"] }>,
): void {
  const { walletId }: Pick<Trade, "walletId"> = world.book.trades.get(tradeNo) ?? { walletId: "" };
  const password = world.book.wallets.get(walletId)?.password ?? "";
  const approval = world.approve({ walletId, tradeNo, password });
  if (how === "late") trouble.countAt(code, "passwordEnteredLate");
  else if (approval.ok && approval.value.kind === "paid") trouble.countAt(code, "passwordEntered");
  if (approval.ok) bank.changed();
}

/** Counts what the books refused by its true reason. */
function watchRefusals({ bank, trouble }: PayerDeps, { code, world }: SimulatedNetwork): void {
  let seen = 0;
  bank.onChange(() => {
    for (; seen < world.book.refusals.length; seen += 1) {
      const reason = world.book.refusals[seen]?.reason;
      trouble.countAt(code, reason === "huabeiClosedAtMerchant" ? "huabeiOff" : "declined");
    }
  });
}

/** Counts money that came although it should not have. */
function watchCloseAttempts({ bank, trouble }: PayerDeps): void {
  bank.onChange(() => {
    for (const [orderNo, channel] of bank.closeAttempts) {
      const trade = bank.tradeAt(channel, orderNo);
      if (trade?.status === "TRADE_CLOSED" && trade.paidAtMs === 0) bank.closeAttempts.delete(orderNo);
      if ((trade?.paidAtMs ?? 0) === 0) continue;
      bank.closeAttempts.delete(orderNo);
      trouble.countAt(channel, "paidAfterCloseAttempt");
    }
  });
}
