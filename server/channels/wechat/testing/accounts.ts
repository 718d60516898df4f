// For tests only: the keys of both sides, an account of every kind, requests.
import { fen } from "../../../kernel/money.ts";
import { addSeconds } from "../../../kernel/time.ts";
import type { ChannelAccount, ChargeRequest, RefundRequest } from "../../port.ts";
import { certificateOf, keyPair, noon } from "./keys.ts";

export const merchantKeys = keyPair();
export const platformKeys = keyPair();
/** WeChat Pay’s second key, of the certificate while the first is the public key. */
export const certificateKeys = keyPair();
export const strangersKeys = keyPair();

export const merchantSerial = "5F1C72E2A8931B72A2E13AF8DEE92471EB397115";
export const platformSerial = "5DEA10EF55877E3CF6C33255C2E7DEFFF7E427EC";
export const publicKeyId = "PUB_KEY_ID_0119000001092026030100000000000001";

const validity = { from: addSeconds(noon, -86_400), to: addSeconds(noon, 300 * 86_400) };

export const merchantCertificatePem = certificateOf(merchantKeys, { serial: merchantSerial, ...validity });
export const platformCertificatePem = certificateOf(certificateKeys, { serial: platformSerial, ...validity });

const identity = {
  appId: "wxd678efh567hg6787",
  mchId: "1900000109",
  gatewayUrl: "http://127.0.0.1:8090/wechat",
};
const v2Keys = {
  apiKeyV2: "192006250b4c09247ec02edce69f6a2d",
  clientCertificatePem: merchantCertificatePem,
  clientPrivateKeyPem: merchantKeys.privateKeyPem,
};
const v3Keys = {
  apiV3Key: "a7cde1ZJB1kG2e7VfTs3jQzaWizur8Gb",
  merchantSerialNo: merchantSerial,
  merchantPrivateKeyPem: merchantKeys.privateKeyPem,
};
const publicKey = { platformPublicKeyId: publicKeyId, platformPublicKeyPem: platformKeys.publicKeyPem };
const certificates = { platformCertificatesPem: platformCertificatePem };

export const v2Account: ChannelAccount = { ...identity, ...v2Keys };
export const v3KeyAccount: ChannelAccount = { ...identity, ...v3Keys, ...publicKey };
export const v3CertificateAccount: ChannelAccount = { ...identity, ...v3Keys, ...certificates };
/** Code pay by v2, the rest by v3, in the midst of the change from certificate to public key. */
export const mixedAccount: ChannelAccount = {
  ...{ ...identity, ...v2Keys, ...v3Keys, ...publicKey, ...certificates },
};
const sub = { subMchId: "1900000110", subAppId: "wxd678efh567hg6788" };
export const providerV2Account: ChannelAccount = { ...v2Account, ...sub };
export const providerV3Account: ChannelAccount = { ...v3KeyAccount, ...sub };

export const chargeRequest: ChargeRequest = {
  channelOrderNo: "00000001order1",
  orderedAt: noon,
  amount: fen(1250),
  payerCode: "134567890123456789",
  subject: "回音咖啡",
  expiresAt: addSeconds(noon, 120),
  storeNo: "store1",
  terminalNo: "terminal1",
  callbackUrl: "https://pay.example.com/v1/channels/wechat/callbacks/mer_1",
};

/** Five yuan of the payment above. */
export const refundRequest: RefundRequest = {
  order: chargeRequest,
  channelRefundNo: "00000001refund1",
  requestedAt: noon,
  amount: fen(500),
  reason: "拿铁做错了",
  sendHistory: "first",
  callbackUrl: chargeRequest.callbackUrl,
};
