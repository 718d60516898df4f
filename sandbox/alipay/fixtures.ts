// For tests only: a world without HTTP, with a clock that stands still until moved, and a merchant who signs its requests.
import { generateKeyPairSync } from "node:crypto";
import { notificationSignText, requestSignText, sliceAnswer } from "@huiyin/server/channels/alipay/codec.ts";
import { signText, verifyText } from "@huiyin/server/channels/alipay/signing.ts";
import { unwrap } from "@huiyin/server/kernel/result.ts";
import { beijingTime } from "@huiyin/server/kernel/time.ts";
import type { Merchant, Wallet } from "../book/model.ts";
import type { NewWallet } from "../book/people.ts";
import { everything } from "../faults/switches.ts";
import type { Scope } from "../faults/model.ts";
import type { WireOutcome } from "./gateway.ts";
import type { WorldEvent } from "../world/state.ts";
import { createAlipayWorld, type AlipayWorld } from "./world.ts";

// Short keys: the wire is what is tested here, not the strength of RSA.
const pair = () => {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 1024 });
  return {
    privateKey: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    publicKey: publicKey.export({ type: "spki", format: "pem" }).toString(),
  };
};
const alipay = pair();
const stranger = pair();
export const merchantKeys = pair();
/** What the merchant verifies answers with. */
export const alipayPublicKey = alipay.publicKey;

/** 2026-03-01 12:00:00 in Beijing. */
export const noonMs = Date.parse("2026-03-01T04:00:00Z");

export const rich: NewWallet = {
  name: "小林",
  balanceFen: 50_000n,
  huabeiLimitFen: 300_000n,
  huabeiUsedFen: 0n,
  huabeiState: "open",
  cards: [{ kind: "debit", bankName: "招商银行", tail: "6225", limitFen: 0n, balanceFen: 100_000n }],
  funding: "balance",
  state: "normal",
  passwordAboveFen: 100_000n,
  password: "123456",
};

export type Node = Readonly<Record<string, unknown>>;
export type Call = Readonly<{
  outcome: WireOutcome;
  /** The answer’s node, or nothing where no answer came that can be read. */
  node: Node;
  /** Whether Alipay’s signature holds over the node as sent. */
  genuine: boolean;
}>;

export type TestWorld = Readonly<{
  world: AlipayWorld;
  merchant: Merchant;
  wallet: Wallet;
  /** Everything that was recorded, in order. */
  recorded: WorldEvent[];
  now: () => Date;
  advance(seconds: number): void;
  /** A fresh payer code of a wallet; of the rich one unless told otherwise. */
  code(walletId?: string): string;
  /** A signed request; fields of biz_content are given, public parameters may be overridden. */
  call(method: string, content: Node, parameters?: Readonly<Record<string, string>>): Promise<Call>;
  /** alipay.trade.pay with everything it needs. */
  pay(outTradeNo: string, content?: Node, parameters?: Readonly<Record<string, string>>): Promise<Call>;
  query(outTradeNo: string): Promise<Call>;
  cancel(outTradeNo: string): Promise<Call>;
  /** alipay.trade.refund under this number, in yuan. */
  refund(outTradeNo: string, requestNo: string, amount: string, content?: Node): Promise<Call>;
  /** alipay.trade.fastpay.refund.query */
  refundQuery(outTradeNo: string, requestNo: string, content?: Node): Promise<Call>;
  /** Switches a fault on. */
  fault(id: string, scope?: Partial<Scope>): void;
}>;

export const callbackUrl = "http://merchant.test/callback";

/** A world with one merchant and one payer. */
export function testWorld(): TestWorld {
  let nowMs = noonMs;
  let seed = 1;
  const recorded: WorldEvent[] = [];
  const world = createAlipayWorld({
    keys: {
      alipayPrivateKey: alipay.privateKey,
      alipayPublicKey: alipay.publicKey,
      strangerPrivateKey: stranger.privateKey,
    },
    clock: { now: () => new Date(nowMs), sleep: async (ms) => void (nowMs += ms) },
    random: () => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647,
    record: (events) => void recorded.push(...events),
  });
  const merchant = unwrap(
    world.registerMerchant({
      name: "回音咖啡",
      publicKey: merchantKeys.publicKey,
      state: "normal",
      products: { facePay: "open", huabei: "open" },
      fundBill: "whenAsked",
      notifyStates: ["TRADE_SUCCESS"],
    }),
  );
  const wallet = unwrap(world.openWallet(rich));
  const now = (): Date => new Date(nowMs);
  const code = (walletId = wallet.id): string => unwrap(world.showCode(walletId)).code;

  const call: TestWorld["call"] = async (method, content, overrides = {}) => {
    const parameters = await signed(merchant, method, content, {
      timestamp: beijingTime(now()),
      ...overrides,
    });
    const outcome = await world.handleGateway(parameters);
    return { outcome, ...(await read(outcome, method)) };
  };
  return {
    world,
    merchant,
    wallet,
    recorded,
    now,
    advance: (seconds) => void (nowMs += seconds * 1_000),
    code,
    call,
    pay: (outTradeNo, content = {}, parameters = {}) =>
      call(
        "alipay.trade.pay",
        { ...order(outTradeNo), auth_code: content["auth_code"] ?? code(), ...content },
        parameters,
      ),
    query: (outTradeNo) =>
      call("alipay.trade.query", { out_trade_no: outTradeNo, query_options: ["fund_bill_list"] }),
    cancel: (outTradeNo) => call("alipay.trade.cancel", { out_trade_no: outTradeNo }),
    refund: (outTradeNo, requestNo, amount, content = {}) =>
      call("alipay.trade.refund", {
        out_trade_no: outTradeNo,
        out_request_no: requestNo,
        refund_amount: amount,
        ...content,
      }),
    refundQuery: (outTradeNo, requestNo, content = {}) =>
      call("alipay.trade.fastpay.refund.query", {
        out_trade_no: outTradeNo,
        out_request_no: requestNo,
        ...content,
      }),
    fault: (id, scope = {}) => void unwrap(world.faults.switchOn(id, { ...everything, ...scope })),
  };
}

function order(outTradeNo: string): Node {
  return {
    out_trade_no: outTradeNo,
    total_amount: "12.50",
    subject: "拿铁",
    scene: "bar_code",
    query_options: ["fund_bill_list"],
  };
}

/** The parameters of a request as the merchant signs them. */
export async function signed(
  merchant: Merchant,
  method: string,
  content: Node,
  overrides: Readonly<Record<string, string>>,
): Promise<Map<string, string>> {
  const parameters = new Map(
    Object.entries({
      app_id: merchant.appId,
      method,
      format: "JSON",
      charset: "utf-8",
      sign_type: "RSA2",
      version: "1.0",
      notify_url: callbackUrl,
      biz_content: JSON.stringify(content),
      ...overrides,
    }).filter(([, value]) => value !== ""),
  );
  if (!("sign" in overrides))
    parameters.set("sign", await signText(requestSignText(parameters), merchantKeys.privateKey));
  return parameters;
}

async function read(outcome: WireOutcome, method: string): Promise<Pick<Call, "node" | "genuine">> {
  if (outcome.kind === "broken") return { node: {}, genuine: false };
  const slice = sliceAnswer(outcome.body, method);
  if (slice.kind === "malformed") return { node: {}, genuine: false };
  const genuine =
    slice.signature !== null && (await verifyText(slice.text, slice.signature, alipay.publicKey));
  return { node: JSON.parse(slice.text) as Node, genuine };
}

/** Whether a notification’s signature is Alipay’s. */
export function genuineNotification(form: URLSearchParams): Promise<boolean> {
  const fields = new Map(form);
  return verifyText(notificationSignText(fields, "dropped"), fields.get("sign") ?? "", alipay.publicKey);
}
