// The biz_content of each method: what is asked, in Alipay’s own names. Absent members are left out by JSON itself.
import { yuanText } from "../../kernel/money.ts";
import { beijingTime } from "../../kernel/time.ts";
import type { ChannelAccount, ChargeRequest, PrecreateRequest, RefundRequest } from "../port.ts";

type Content = Readonly<Record<string, unknown>>;

/** alipay.trade.pay */
export function payContent(account: ChannelAccount, request: ChargeRequest): Content {
  return {
    out_trade_no: request.channelOrderNo,
    total_amount: yuanText(request.amount),
    subject: request.subject,
    scene: request.payerCode.startsWith("fp") ? "security_code" : "bar_code",
    auth_code: request.payerCode,
    ...orderContent(account, request),
    query_options: ["fund_bill_list"],
  };
}

/** alipay.trade.precreate: the same order without a payer. */
export function precreateContent(account: ChannelAccount, request: PrecreateRequest): Content {
  return {
    out_trade_no: request.channelOrderNo,
    total_amount: yuanText(request.amount),
    subject: request.subject,
    ...orderContent(account, request),
  };
}

/** alipay.trade.refund: the number goes along always, so that a repetition never pays out twice. */
export function refundContent(request: RefundRequest): Content {
  return {
    out_trade_no: request.order.channelOrderNo,
    refund_amount: yuanText(request.amount),
    out_request_no: request.channelRefundNo,
    refund_reason: request.reason ?? undefined,
  };
}

function orderContent(account: ChannelAccount, request: PrecreateRequest): Content {
  return {
    product_code: "FACE_TO_FACE_PAYMENT",
    seller_id: account["sellerId"],
    store_id: request.storeNo ?? undefined,
    terminal_id: request.terminalNo ?? undefined,
    time_expire: beijingTime(request.expiresAt),
    ...creditContent(request),
  };
}

/** Every means of payment that is money lent to the payer. Never sent together with enable_pay_channels. */
const creditChannels =
  "pcredit,pcreditpayInstallment,creditCard,creditCardExpress,creditCardCartoon,credit_group";

/**
 * What the merchant takes of credit, and the instalments asked for: both fields or none, and only “all” or “nothing” of
 * the fee. Asked for both at once, both are sent and Alipay refuses: the platform refuses that before it comes here.
 */
function creditContent({ credit, creditAcceptance = "accepted" }: PrecreateRequest): Content {
  return {
    extend_params:
      credit === undefined
        ? undefined
        : {
            hb_fq_num: String(credit.instalments),
            hb_fq_seller_percent: credit.feeBearer === "merchant" ? "100" : "0",
          },
    disable_pay_channels: creditAcceptance === "refused" ? creditChannels : undefined,
  };
}
