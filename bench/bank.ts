// The simulated Alipay in a process of its own, on its real wire, with payers who have money enough.
import pino from "pino";
import { unwrap } from "@huiyin/server/kernel/result.ts";
import { createClock } from "@huiyin/server/platform/clock.ts";
import type { NewWallet } from "@huiyin/sandbox/book/people.ts";
import { startSandbox, type Sandbox } from "@huiyin/sandbox/start.ts";
import type { Trade } from "./channel.ts";
import { answerQuestions } from "./processes.ts";

export type BankQuestions = {
  /** Starts it on this folder; the accounts of so many merchants, each with its certificates. */
  start: (wanted: Readonly<{ folder: string; merchants: number }>) => Promise<readonly BankAccount[]>;
  /** So many fresh codes on payers’ phones; each is good for a minute. */
  payerCodes: (count: number) => readonly string[];
  /** The trades that began since the last call. Throws where the books as a whole do not add up. */
  trades: (none: null) => readonly Trade[];
  cpuMs: (none: null) => number;
};

/** The fields of the set-up form in certificate mode. */
export type BankAccount = Readonly<Record<string, string>>;

const walletCount = 50;
const purse: NewWallet = {
  ...{ name: "测试", balanceFen: 1_000_000_000_000n, huabeiLimitFen: 0n, huabeiUsedFen: 0n },
  ...({ huabeiState: "closed", cards: [], funding: "balance", state: "normal" } as const),
  ...{ passwordAboveFen: 10_000_000_000n, password: "123456" },
};

const clock = createClock();
let sandbox: Sandbox | null = null;
let wallets: readonly string[] = [];
let shown = 0;
let taken = 0;

function running(): Sandbox {
  if (sandbox === null) throw new Error("the bank has not been started");
  return sandbox;
}

async function start({ folder, merchants }: Readonly<{ folder: string; merchants: number }>) {
  const opened = await startSandbox({
    ...{ host: "127.0.0.1", port: 0, clock, controlToken: "bench", dataDirectory: folder },
    log: pino({ level: "silent" }),
  });
  sandbox = opened;
  wallets = Array.from({ length: walletCount }, () => unwrap(opened.world.openWallet(purse)).id);
  const accounts: BankAccount[] = [];
  for (let number = 1; number <= merchants; number += 1)
    accounts.push(await accountOf(opened, `压测商户${number}`));
  return accounts;
}

async function accountOf({ ensureMerchant, credentials }: Sandbox, name: string): Promise<BankAccount> {
  const { appId } = await ensureMerchant({ name });
  const { sellerId, privateKeyPem, gatewayUrl, certificateMode } = unwrap(await credentials(appId));
  return { appId, sellerId, privateKeyPem, gatewayUrl, ...certificateMode };
}

function takeTrades(): readonly Trade[] {
  const { world } = running();
  world.passTime();
  const problems = world.problems();
  if (problems.length > 0) throw new Error(`the bank’s books do not add up: ${problems.join("; ")}`);
  const fresh = [...world.book.trades.values()].slice(taken);
  taken += fresh.length;
  return fresh.map(({ outTradeNo, amountFen, paidAtMs, refundedFen }) => ({
    ...{ channelOrderNo: outTradeNo, amountFen },
    charges: paidAtMs > 0 && refundedFen < amountFen ? 1 : 0,
  }));
}

const answers: BankQuestions = {
  start,
  payerCodes: (count) =>
    Array.from({ length: count }, () => {
      shown += 1;
      return unwrap(running().world.showCode(wallets[shown % wallets.length] ?? "")).code;
    }),
  trades: takeTrades,
  cpuMs: () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1_000;
  },
};

answerQuestions(answers, async () => sandbox?.stop());
