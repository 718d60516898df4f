// The payers that each network of a fresh sandbox comes with: each tells one story at the counter.
import type { Network } from "./book/network.ts";
import type { World } from "./world/model.ts";
import type { NewWallet } from "./book/people.ts";
import { unwrap } from "@huiyin/server/kernel/result.ts";

const yuan = (amount: number): bigint => BigInt(amount) * 100n;

const ordinary = {
  balanceFen: 0n,
  huabeiLimitFen: 0n,
  huabeiUsedFen: 0n,
  huabeiState: "open",
  cards: [],
  funding: "balance",
  state: "normal",
  passwordAboveFen: yuan(1_000),
  password: "123456",
} as const satisfies Omit<NewWallet, "name">;

export const demoPayers: readonly NewWallet[] = [
  // Pays with anything; above ¥1000 the password is asked for.
  {
    ...ordinary,
    name: "小林",
    balanceFen: yuan(500),
    huabeiLimitFen: yuan(3_000),
    cards: [
      { kind: "debit", bankName: "招商银行", tail: "6225", limitFen: 0n, balanceFen: yuan(20_000) },
      { kind: "credit", bankName: "中信银行", tail: "5187", limitFen: yuan(10_000), balanceFen: 0n },
    ],
  },
  // Nothing but Huabei, and of that almost nothing left.
  { ...ordinary, name: "老周", huabeiLimitFen: yuan(1_000), huabeiUsedFen: yuan(950), funding: "huabei" },
  // The account is frozen.
  { ...ordinary, name: "小雅", balanceFen: yuan(2_000), huabeiLimitFen: yuan(2_000), state: "frozen" },
  // Careful: every payment asks for the password.
  { ...ordinary, name: "阿芳", balanceFen: yuan(800), huabeiLimitFen: yuan(5_000), passwordAboveFen: 0n },
  // A few coins.
  { ...ordinary, name: "小满", balanceFen: 350n, huabeiState: "closed" },
];

/** The same people with another wallet: Huabei is Alipay’s alone, and whoever lives on it has little elsewhere. */
function payersAt(network: Network): readonly NewWallet[] {
  if (network === "alipay") return demoPayers;
  return demoPayers.map((payer) => {
    const huabei = { huabeiState: "closed", huabeiLimitFen: 0n, huabeiUsedFen: 0n } as const;
    return { ...payer, ...huabei, funding: payer.funding === "huabei" ? "balance" : payer.funding };
  });
}

/** Opens the demo payers in a world that has no wallet yet. */
export function ensureDemoPayers(world: World): void {
  if (world.book.wallets.size > 0) return;
  for (const payer of payersAt(world.book.network)) unwrap(world.openWallet(payer));
}
