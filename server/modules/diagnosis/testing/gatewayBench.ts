// The shop of the tests before the simulated Alipay itself: real requests, real signatures, real codes, and every fault
// switch of the sandbox. Nothing here knows what a diagnosis ought to say.
import { generateKeyPairSync } from "node:crypto";
import { createAlipayWorld, type AlipayWorld } from "@huiyin/sandbox/alipay/world.ts";
import { everything } from "@huiyin/sandbox/faults/switches.ts";
import type { Scope } from "@huiyin/sandbox/faults/model.ts";
import { alipay } from "../../../channels/alipay/client.ts";
import { unwrap } from "../../../kernel/result.ts";
import { testDb } from "../../../platform/pg/testing.ts";
import { testMerchants } from "../../merchants/fixtures.ts";
import type { Product, ProductOffice } from "../../merchants/index.ts";
import { shopBench, type ShopBench } from "../testing.ts";

export type GatewayBench = ShopBench &
  Readonly<{
    alipay: AlipayWorld;
    /** The one payer: ¥500 of balance, ¥3,000 of Huabei, no password below ¥1,000. */
    walletId: string;
    appId: string;
    plant(faultId: string, scope?: Partial<Scope>): void;
    heal(faultId: string): void;
  }>;

// Short keys: the wire is real, and nobody attacks it.
const keyBits = 1_024;

function keyPair(): { privateKey: string; publicKey: string } {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: keyBits });
  return {
    privateKey: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    publicKey: publicKey.export({ type: "spki", format: "pem" }).toString(),
  };
}

/** Opens the shop before a fresh Alipay. */
export async function gatewayBench(): Promise<GatewayBench> {
  const db = await testDb();
  const { deps, world } = testMerchants(db.pg, alipay.manifest);
  const [own, theirs, stranger] = [keyPair(), keyPair(), keyPair()];
  let seed = 1;
  const bank = createAlipayWorld({
    keys: {
      alipayPrivateKey: theirs.privateKey,
      alipayPublicKey: theirs.publicKey,
      strangerPrivateKey: stranger.privateKey,
    },
    clock: { now: world.now, sleep: async (ms) => world.moveSeconds(ms / 1_000) },
    random: () => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647,
  });
  const { appId, sellerId } = unwrap(
    bank.registerMerchant({
      name: "回音咖啡",
      publicKey: own.publicKey,
      state: "normal",
      products: { facePay: "open", huabei: "open", huabeiInstalment: "open" },
      fundBill: "whenAsked",
      notifyStates: ["TRADE_SUCCESS"],
    }),
  );
  const { id: walletId } = unwrap(
    bank.openWallet({
      name: "小林",
      balanceFen: 50_000n,
      huabeiLimitFen: 300_000n,
      huabeiUsedFen: 0n,
      huabeiState: "open",
      cards: [],
      funding: "balance",
      state: "normal",
      passwordAboveFen: 100_000n,
      password: "123456",
    }),
  );
  const merchants = { ...deps, office: officeOf(bank, appId, world.now) };
  const shop = await shopBench(db, {
    channel: alipay,
    transport: bank.transport,
    ...{ merchants, world },
    config: {
      appId,
      sellerId,
      privateKeyPem: own.privateKey,
      alipayPublicKeyPem: theirs.publicKey,
      gatewayUrl: "https://alipay.test/gateway.do",
    },
    codeFor: (funding) => {
      unwrap(bank.changeWallet(walletId, { funding }));
      return unwrap(bank.showCode(walletId)).code;
    },
  });
  return {
    ...shop,
    ...{ alipay: bank, walletId, appId },
    plant: (faultId, scope = {}) => void unwrap(bank.faults.switchOn(faultId, { ...everything, ...scope })),
    heal: (faultId) => void unwrap(bank.faults.switchOff(faultId, null)),
  };
}

/** The back office over the same books as the gateway. */
function officeOf(bank: AlipayWorld, appId: string, now: () => Date): ProductOffice {
  // Alipay is the only channel of this bench.
  const codeOf = (product: Product) =>
    product === "huabei" || product === "huabeiInstalment" ? product : "facePay";
  return {
    stateOf: async (_account, product) => {
      const state = bank.book.merchants.get(appId)?.products[codeOf(product)];
      return {
        kind: "known",
        state: state === "open" ? "enabled" : "closed",
        reason: null,
        askedAt: now(),
      };
    },
    open: async (_account, product) => {
      unwrap(bank.changeMerchant(appId, { product: { code: codeOf(product), state: "open" } }));
      return { kind: "accepted" };
    },
  };
}
