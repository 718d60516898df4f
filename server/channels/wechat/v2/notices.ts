// Notices of WeChat Pay v2, both halves: signed fields about a payment, sealed ones about a refund. Both are posted as XML.
import { reqInfoKey, sealedReqInfo, unsealedReqInfo } from "../crypto/aead.ts";
import { readXml, writeXml } from "../xml.ts";
import { signedXml, type SignType } from "./signing.ts";

type Fields = ReadonlyMap<string, string>;

/** The gateway’s side: a payment notice. @param fields as an orderquery of a paid order answers them, with appid, mch_id, nonce_str */
export function paymentNotice(fields: Fields, apiKey: string, signType: SignType): string {
  return signedXml([["return_code", "SUCCESS"], ["result_code", "SUCCESS"], ...fields], apiKey, signType);
}

/**
 * The gateway’s side: a refund notice. It carries no signature.
 * @param outer appid, mch_id, nonce_str and, for a service provider, sub_mch_id
 * @param refund transaction_id, out_trade_no, refund_id, out_refund_no, total_fee, settlement_total_fee, refund_fee,
 * settlement_refund_fee, refund_status (SUCCESS CHANGE REFUNDCLOSE), success_time ("yyyy-MM-dd HH:mm:ss"),
 * refund_recv_accout (their spelling), refund_account, refund_request_source
 */
export function refundNotice(outer: Fields, refund: Fields, apiKey: string): string {
  const inner = [...refund].map(([name, value]) => `<${name}><![CDATA[${value}]]></${name}>`).join("\n");
  const reqInfo = sealedReqInfo(`<root>\n${inner}\n</root>`, reqInfoKey(apiKey));
  return writeXml([["return_code", "SUCCESS"], ...outer, ["req_info", reqInfo]]);
}

/** The sealed fields of a refund notice; null under another key or when damaged. @param aesKey of `reqInfoKey` */
export function openReqInfo(reqInfo: string, aesKey: string): Fields | null {
  const text = unsealedReqInfo(reqInfo, aesKey)?.trim();
  if (text === undefined || !text.startsWith("<root>") || !text.endsWith("</root>")) return null;
  const reading = readXml(`<xml>${text.slice("<root>".length, -"</root>".length)}</xml>`);
  return reading.kind === "read" ? reading.fields : null;
}
