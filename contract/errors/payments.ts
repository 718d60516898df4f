// Errors of payments, idempotency and payer codes.
import type { DeclaredError } from "./types.ts";

export const paymentErrors = {
  idempotency_key_missing: {
    status: 400,
    retry: "afterFix",
    title: { zh: "缺少 Idempotency-Key", en: "Idempotency-Key is missing" },
    next: {
      zh: "请为每一笔收款或退款生成一个唯一的键，重试时保持不变。",
      en: "Make one unique key for each payment or refund and keep it when retrying.",
    },
  },
  idempotency_key_reused: {
    status: 422,
    retry: "never",
    title: { zh: "幂等键已用于内容不同的请求", en: "The idempotency key was used with a different request" },
    next: { zh: "新的收款或退款请使用新的幂等键。", en: "Use a new key for a new payment or refund." },
  },
  idempotency_key_in_use: {
    status: 409,
    retry: "later",
    title: { zh: "同一幂等键的请求仍在处理", en: "A request with this idempotency key is still running" },
    next: {
      zh: "请稍后用同一个键重试，或查询该笔收款。",
      en: "Retry with the same key later, or query the payment.",
    },
  },
  month_archived: {
    status: 410,
    retry: "never",
    title: {
      zh: "{month} 的收款和退款已经归档，这里查不到 {what}",
      en: "Payments and refunds of {month} are archived; {what} cannot be looked up here",
    },
    next: {
      zh: "请把编号告诉平台的运营人员：归档的表 payments.payment_{tables} 等仍在数据库和备份里，可以从中查到。这一月的收款不能再从这里退款，需要退款请到渠道的商户后台办理。",
      en: "Tell the operator of the platform the number: the archived tables, payments.payment_{tables} among them, are still in the database and in backups, and answer it. Payments of that month cannot be refunded from here any more; refund them in the channel’s own portal.",
    },
  },
  merchant_order_no_used: {
    status: 409,
    retry: "queryFirst",
    title: {
      zh: "商户订单号 {merchantOrderNo} 已被使用",
      en: "Merchant order number {merchantOrderNo} is already in use",
    },
    next: {
      zh: "请先查询使用该订单号的原收款（{paymentId}）。",
      en: "Query the payment that has this order number ({paymentId}) first.",
    },
  },
  payer_code_unrecognised: {
    status: 422,
    retry: "newPayerCode",
    title: {
      zh: "无法识别这个付款码：{read}",
      en: "This payer code is not recognised: {read}",
    },
    next: {
      zh: "请让顾客打开支付宝、微信或云闪付的“付款码”页面，调亮屏幕后重新扫描；也可以出示收款码让顾客扫。",
      en: "Ask the customer to open the payment code page of Alipay, WeChat Pay or UnionPay, brighten the screen and scan again; or show a code for the customer to scan.",
    },
  },
  payer_code_of_other_wallet: {
    status: 422,
    retry: "newPayerCode",
    title: {
      zh: "这是{wallet}的付款码，而这笔收款指定了{channel}",
      en: "This is a payer code of {wallet}, and {channel} was asked for",
    },
    next: {
      zh: "请让顾客出示{channel}的付款码，或不指定付款方式后重新扫描。",
      en: "Ask the customer for a code of {channel}, or scan again without naming a method.",
    },
  },
  payer_code_is_collecting_code: {
    status: 422,
    retry: "newPayerCode",
    title: {
      zh: "扫到的是收款码（{wallet}），不是付款码",
      en: "This is a collecting code ({wallet}), not a payer code",
    },
    next: {
      zh: "请让顾客点“付款”而不是“收款”，出示付款码后重新扫描。",
      en: "Ask the customer to choose “Pay”, not “Collect”, and scan the payment code.",
    },
  },
  payer_code_used: {
    status: 409,
    retry: "newPayerCode",
    title: { zh: "这个付款码已经用过一次", en: "This payer code has been used once already" },
    next: {
      zh: "请先确认上一笔（{paymentId}）的结果，再让顾客刷新付款码。",
      en: "Check the outcome of the earlier payment ({paymentId}), then ask the customer for a fresh code.",
    },
  },
  channel_not_available: {
    status: 422,
    retry: "afterFix",
    title: { zh: "本商户尚不能使用{channel}收款", en: "This merchant cannot collect through {channel} yet" },
    next: { zh: "请先在商户的渠道设置中开通。", en: "Open the channel in the merchant's settings first." },
  },
  shown_codes_not_offered: {
    status: 422,
    retry: "afterFix",
    title: { zh: "{channel}不支持出示收款码", en: "{channel} has no codes to show" },
    next: {
      zh: "请改为扫顾客的付款码，或换一种钱包。",
      en: "Scan the customer’s payer code, or choose another wallet.",
    },
  },
  shown_code_refused: {
    status: 422,
    retry: "afterFix",
    title: {
      zh: "{channel}没有生成收款码：{message}",
      en: "{channel} refused to make a code: {message}",
    },
    next: {
      zh: "没有收款。请按提示处理后用新的幂等键重新出示，或改为扫顾客的付款码。",
      en: "Nothing was collected. Mend what it says and ask again with a new key, or scan the customer’s payer code.",
    },
  },
  shown_code_not_made: {
    status: 502,
    retry: "never",
    title: { zh: "{channel}没有答复，收款码没有生成", en: "{channel} did not answer, and no code was made" },
    next: {
      zh: "没有收款，也没有人能付这一笔。请用新的幂等键再出示一次，或改为扫顾客的付款码。",
      en: "Nothing was collected, and nobody can pay this one. Ask again with a new key, or scan the customer’s payer code.",
    },
  },
  instalments_not_offered: {
    status: 422,
    retry: "afterFix",
    title: { zh: "{channel}不支持分期", en: "{channel} has no instalments" },
    next: { zh: "请取消分期后重新收款。", en: "Collect again without instalments." },
  },
  amount_outside_channel_limits: {
    status: 422,
    retry: "afterFix",
    title: { zh: "金额超出{channel}允许的范围", en: "The amount is outside what {channel} allows" },
    next: {
      zh: "请把金额改为 {minYuan} 至 {maxYuan} 元后重新收款。",
      en: "Change the amount to between {minYuan} and {maxYuan} yuan and try again.",
    },
  },
  terminal_suspended: {
    status: 403,
    retry: "afterFix",
    title: { zh: "该终端已停用", en: "This terminal is suspended" },
    next: { zh: "请联系服务商恢复终端。", en: "Ask the service provider to restore it." },
  },
  review_not_open: {
    status: 409,
    retry: "never",
    title: { zh: "这笔收款不在人工核对中", en: "This payment is not waiting for a person" },
    next: { zh: "请刷新后查看最新状态。", en: "Reload to see its present state." },
  },
  refund_exceeds_paid: {
    status: 422,
    retry: "afterFix",
    title: { zh: "退款金额超过可退金额", en: "The refund is more than what is left of the payment" },
    next: {
      zh: "这笔收款还可以退 {leftYuan} 元，请改小金额后重新退款。",
      en: "{leftYuan} yuan of this payment can still be refunded; ask for no more than that.",
    },
  },
  payment_not_refundable: {
    status: 409,
    retry: "queryFirst",
    title: { zh: "这笔收款现在不能退款：{state}", en: "This payment cannot be refunded: {state}" },
    next: {
      zh: "只有已收款的订单可以退款；结果不明的收款请用“撤销”。",
      en: "Only a paid payment can be refunded; one whose outcome is unclear can be reversed.",
    },
  },
  manager_code_required: {
    status: 422,
    retry: "afterFix",
    title: { zh: "在终端上退款需要店长码", en: "A refund at a terminal needs the manager’s code" },
    next: { zh: "请店长输入门店的六位店长码。", en: "Let the manager type the six digits of the store." },
  },
  merchant_refund_no_used: {
    status: 409,
    retry: "queryFirst",
    title: {
      zh: "商户退款号 {merchantRefundNo} 已被使用",
      en: "Merchant refund number {merchantRefundNo} is already in use",
    },
    next: {
      zh: "请先查询使用该退款号的原退款（{refundId}）。",
      en: "Query the refund that has this number ({refundId}) first.",
    },
  },
  refund_review_not_open: {
    status: 409,
    retry: "never",
    title: { zh: "这笔退款不在人工核对中", en: "This refund is not waiting for a person" },
    next: { zh: "请刷新后查看最新状态。", en: "Reload to see its present state." },
  },
  reversal_not_possible: {
    status: 409,
    retry: "never",
    title: { zh: "这笔收款没有可以撤销的内容：{state}", en: "There is nothing left to reverse: {state}" },
    next: { zh: "请刷新后查看最新状态。", en: "Reload the payment to see its present state." },
  },
  instalments_not_enabled: {
    status: 422,
    retry: "afterFix",
    title: {
      zh: "本商户尚未开通商户承担手续费的花呗分期",
      en: "This merchant has not opened instalments whose fee the merchant pays",
    },
    next: {
      zh: "请改为顾客承担手续费，或先在商户的产品中开通“花呗分期”。",
      en: "Let the payer bear the fee, or open Huabei instalments among the merchant’s products first.",
    },
  },
  credit_not_accepted: {
    status: 422,
    retry: "afterFix",
    title: {
      zh: "本商户设置为不收信用付款，不能分期",
      en: "This merchant takes no credit, so no instalments",
    },
    next: {
      zh: "请让顾客用余额或储蓄卡付款，或在商户设置中允许信用付款。",
      en: "Ask the customer to pay by balance or debit card, or let the merchant accept credit in its settings.",
    },
  },
} as const satisfies Record<string, DeclaredError>;
