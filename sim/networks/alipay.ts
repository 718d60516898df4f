// The simulated Alipay.
import { alipay as channel } from "@huiyin/server/channels/alipay/client.ts";
import { readRequest, type WireParameters } from "@huiyin/server/channels/alipay/codec.ts";
import type { WireRequest } from "@huiyin/server/channels/port.ts";
import { unwrap } from "@huiyin/server/kernel/result.ts";
import { bytesOfAnswer } from "@huiyin/sandbox/alipay/gateway.ts";
import { createAlipayWorld } from "@huiyin/sandbox/alipay/world.ts";
import { keyPair } from "../keys.ts";
import {
  clockOf,
  keySecret,
  publicUrl,
  type Call,
  type NetworkDeps,
  type Operation,
  type SimulatedNetwork,
} from "./network.ts";

const address = `${publicUrl}/gateway.do`;
const formType = { "content-type": "application/x-www-form-urlencoded; charset=utf-8" };

export function createAlipay(deps: NetworkDeps): SimulatedNetwork {
  const [own, stranger] = [keyPair(), keyPair()];
  const world = createAlipayWorld({
    keys: {
      alipayPrivateKey: own.privateKeyPem,
      alipayPublicKey: own.publicKeyPem,
      strangerPrivateKey: stranger.privateKeyPem,
    },
    clock: clockOf(deps),
    random: deps.random,
  });
  return {
    ...{ code: "alipay", channel, address, world, callOf },
    secrets: [keySecret(own.privateKeyPem), keySecret(stranger.privateKeyPem)],
    open: (name) => {
      const { privateKeyPem, publicKeyPem } = keyPair();
      const merchant = unwrap(
        world.registerMerchant({
          ...{ name, publicKey: publicKeyPem, state: "normal", fundBill: "whenAsked" },
          products: { facePay: "open", huabei: "open" },
          notifyStates: ["TRADE_SUCCESS"],
        }),
      );
      const { appId, sellerId } = merchant;
      const keys = { privateKeyPem, alipayPublicKeyPem: own.publicKeyPem };
      const config = { appId, sellerId, ...keys, gatewayUrl: address };
      return { merchant, config, secrets: [keySecret(privateKeyPem)] };
    },
    handle: async (request) => {
      const outcome = await world.handleGateway(parametersOf(request));
      if (outcome.kind === "broken") return outcome;
      const { afterMs, status, contentType } = outcome;
      const headers = { "content-type": contentType };
      return { kind: "answer", afterMs, status, headers, body: bytesOfAnswer(outcome) };
    },
    deliver: (notifyId, post) =>
      world.deliver(notifyId, async (url, body) => {
        const answer = await post({ url, headers: formType, body });
        return answer?.status === 200 ? answer.body : null;
      }),
    isTaken: (_notification, { status, body }) => status === 200 && body === "success",
    namesOrderAmount: () => true,
    isVoid: () => false,
    saysBalanceShort: (body) => body.includes("SELLER_BALANCE_NOT_ENOUGH"),
  };
}

function parametersOf(request: WireRequest): WireParameters {
  const reading = readRequest(new URL(request.url).search, request.body);
  if (reading.kind === "malformed")
    throw new Error(`the client sent what nobody can read: ${reading.problem}`);
  return reading.parameters;
}

const operations: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ["alipay.trade.pay", "pay"],
  ["alipay.trade.precreate", "precreate"],
  ["alipay.trade.query", "query"],
  ["alipay.trade.cancel", "cancel"],
  ["alipay.trade.close", "close"],
  ["alipay.trade.refund", "refund"],
  ["alipay.trade.fastpay.refund.query", "refundQuery"],
]);

function callOf(request: WireRequest): Call {
  const parameters = parametersOf(request);
  const content = JSON.parse(parameters.get("biz_content") ?? "{}") as { out_trade_no?: string };
  const method = parameters.get("method") ?? "";
  const operation = operations.get(method);
  if (operation === undefined) throw new Error(`nobody here asks for ${method}`);
  return { operation, orderNo: content.out_trade_no ?? "" };
}
