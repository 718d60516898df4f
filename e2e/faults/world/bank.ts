// The simulated Alipay in a process of its own, which no fault of the platform reaches: it goes on while others die.
import { join } from "node:path";
import pino from "pino";
import { unwrap } from "@huiyin/server/kernel/result.ts";
import { createClock } from "@huiyin/server/platform/clock.ts";
import type { NewWallet } from "@huiyin/sandbox/book/people.ts";
import { startSandbox, type MerchantCredentials, type Sandbox } from "@huiyin/sandbox/start.ts";
import type { Trade } from "../../../bench/channel.ts";
import { answerQuestions } from "../../../bench/processes.ts";

export type BankQuestions = {
  /** Starts it on this directory; the merchant that the platform will be. */
  start: (wanted: Readonly<{ directory: string }>) => Promise<Readonly<{ credentials: MerchantCredentials }>>;
  /** So many fresh codes on payers’ phones. */
  payerCodes: (count: number) => readonly string[];
  /** The trades that began since the last call, and what does not add up in the books as a whole. */
  takeTrades: (
    none: null,
  ) => Readonly<{ trades: readonly Trade[]; problems: readonly string[]; received: bigint }>;
  /** Moves its clock forwards by so many milliseconds. */
  advance: (ms: number) => void;
};

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

const answers: BankQuestions = {
  start: async ({ directory }) => {
    sandbox = await startSandbox({
      ...{ host: "127.0.0.1", port: 0, clock, controlToken: "faults" },
      dataDirectory: join(directory, "bank"),
      log: pino({ level: "silent" }),
    });
    const { world } = sandbox;
    wallets = Array.from({ length: walletCount }, () => unwrap(world.openWallet(purse)).id);
    return { credentials: await sandbox.ensureMerchant({ name: "回音咖啡" }) };
  },
  payerCodes: (count) =>
    Array.from({ length: count }, () => {
      shown += 1;
      return unwrap(running().world.showCode(wallets[shown % wallets.length] ?? "")).code;
    }),
  takeTrades: () => {
    const { world } = running();
    world.passTime();
    const { trades } = world.book;
    const fresh = [...trades.values()].slice(taken);
    taken = trades.size;
    return {
      trades: fresh.map(({ outTradeNo, amountFen, refundedFen, status }) => ({
        channelOrderNo: outTradeNo,
        amountFen,
        // What was taken back on the way is not kept: the payer paid nothing.
        charges: /^TRADE_(SUCCESS|FINISHED)$/.test(status) && refundedFen < amountFen ? 1 : 0,
      })),
      problems: world.problems(),
      received: [...trades.values()].reduce(
        (sum, { status, amountFen, refundedFen }) =>
          /^TRADE_(SUCCESS|FINISHED)$/.test(status) ? sum + amountFen - refundedFen : sum,
        0n,
      ),
    };
  },
  advance: (ms) => clock.advance(ms),
};

answerQuestions(answers, async () => sandbox?.stop());
