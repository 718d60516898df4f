// Payers with their phones: wallets of every kind, codes shown, passwords typed in time, too late or never.
import { unwrap } from "@huiyin/server/kernel/result.ts";
import type { NewWallet } from "@huiyin/sandbox/book/people.ts";
import type { Wallet } from "@huiyin/sandbox/book/model.ts";
import type { Bank } from "./bank.ts";
import type { Scheduler } from "./scheduler.ts";
import type { Trouble } from "./trouble.ts";

export type Payers = Readonly<{
  /** A fresh code of somebody’s phone. */
  showCode(): string;
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

/** Everybody who comes to the counter, as often as their share says. */
const people: ReadonlyArray<NewWallet & { share: number }> = [
  { ...ordinary, name: "余额", share: 40 },
  { ...ordinary, name: "花呗", funding: "huabei", share: 20 },
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
  { ...ordinary, name: "花呗额度不足", funding: "huabei", huabeiLimitFen: 1n, share: 4 },
];

export function runPayers(deps: PayerDeps): Payers {
  const { bank, trouble } = deps;
  const codes = new Set<string>();
  const wallets = people.map(({ share, ...wanted }) => ({
    share,
    wallet: unwrap(bank.world.openWallet(wanted)),
  }));
  const shares = Object.fromEntries(wallets.map(({ wallet, share }) => [wallet.id, share]));
  watchPasswords(deps);
  watchRefusals(deps);
  return {
    codes,
    showCode: () => {
      const { code } = unwrap(bank.world.showCode(trouble.chance.weighted<Wallet["id"]>(shares)));
      codes.add(code);
      return code;
    },
  };
}

/** The phone asks for the password: its owner types it, or does not. */
function watchPasswords(deps: PayerDeps): void {
  const asked = new Set<string>();
  deps.bank.onChange(() => {
    for (const tradeNo of deps.bank.book.waiting) {
      const trade = deps.bank.book.trades.get(tradeNo);
      if (asked.has(tradeNo) || trade === undefined || trade.status !== "WAIT_BUYER_PAY") continue;
      asked.add(tradeNo);
      const plan = deps.bank.planOf(trade.outTradeNo);
      if (plan.password === "never") {
        deps.trouble.count("passwordNeverEntered");
        continue;
      }
      const run = (): void => enterPassword(deps, tradeNo, plan.password);
      deps.scheduler.after(plan.passwordMs, {
        actor: "payer",
        name: "types the password",
        key: trade.outTradeNo,
        run,
      });
    }
  });
}

function enterPassword(
  { bank, trouble }: PayerDeps,
  tradeNo: string,
  how: "enters" | "never" | "late",
): void {
  const trade = bank.book.trades.get(tradeNo);
  const password = bank.book.wallets.get(trade?.walletId ?? "")?.password ?? "";
  const approval = bank.world.approve({ walletId: trade?.walletId ?? "", tradeNo, password });
  if (how === "late") trouble.count("passwordEnteredLate");
  else if (approval.ok) trouble.count("passwordEntered");
  if (approval.ok) bank.changed();
}

/** Counts what the books refused by its true reason, and money that came although it should not have. */
function watchRefusals({ bank, trouble }: PayerDeps): void {
  let seen = 0;
  bank.onChange(() => {
    for (; seen < bank.book.refusals.length; seen += 1) {
      const reason = bank.book.refusals[seen]?.reason;
      if (reason === "huabeiClosedAtMerchant") trouble.count("huabeiOff");
      else trouble.count("declined");
    }
    for (const orderNo of bank.closeAttempts) {
      const trade = bank.tradeOf(orderNo);
      if (trade?.status === "TRADE_CLOSED" && trade.paidAtMs === 0) bank.closeAttempts.delete(orderNo);
      if ((trade?.paidAtMs ?? 0) === 0) continue;
      bank.closeAttempts.delete(orderNo);
      trouble.count("paidAfterCloseAttempt");
    }
  });
}
