// Display names of states, channels, roles and funding sources, in both languages.
// Every screen, receipt and spoken sentence takes its words from here.

export type Locale = "zh" | "en";
export type Localized = Readonly<{ zh: string; en: string }>;

export const paymentStateWords = {
  processing: { zh: "处理中", en: "Processing" },
  awaitingPayer: { zh: "等待付款人确认", en: "Waiting for the payer" },
  succeeded: { zh: "已收款", en: "Paid" },
  failed: { zh: "未收款", en: "Not paid" },
  closed: { zh: "已关闭", en: "Closed" },
  reversed: { zh: "已撤销", en: "Reversed" },
} as const satisfies Record<string, Localized>;

export const refundStateWords = {
  processing: { zh: "退款中", en: "Refunding" },
  succeeded: { zh: "已退款", en: "Refunded" },
  failed: { zh: "退款未成功", en: "Not refunded" },
} as const satisfies Record<string, Localized>;

/** Why a refund is still processing, where somebody can do something about it or simply has to wait. */
export const refundWaitWords = {
  channelAnswer: { zh: "等待渠道答复", en: "Waiting for the channel’s answer" },
  arrival: {
    zh: "渠道已受理，退款在途；退到银行卡预计 1–7 个工作日内到账",
    en: "Accepted by the channel and on its way; a bank card gets it within 1–7 working days",
  },
  merchantBalance: {
    zh: "商户在渠道的余额不足，充值后自动重试",
    en: "The merchant’s balance at the channel is short; retried by itself",
  },
  person: { zh: "渠道一直没有给出结果，等待人工核对", en: "The channel gave no outcome; a person must look" },
  stuck: {
    zh: "渠道说退不回付款人原来的账户：请到渠道的商户平台改用其他方式退还，再由店长在控制台判定结果",
    en: "The channel cannot return it to the payer’s account: give it back another way on the channel’s merchant platform, then decide it in the console",
  },
} as const satisfies Record<string, Localized>;

/** By what money goes back: a void undoes a payment on its own day, where the channel has such a thing. */
export type RefundWay = "refund" | "void";

/** The state of what goes back, by its way. */
export const givenBackStateWords = {
  refund: refundStateWords,
  void: {
    processing: { zh: "撤销中", en: "Voiding" },
    succeeded: { zh: "已撤销", en: "Voided" },
    failed: { zh: "撤销未成功", en: "Not voided" },
  },
} as const satisfies Record<RefundWay, Record<keyof typeof refundStateWords, Localized>>;

/** What it waits for, by its way: a void arrives on no card, it is carried out or not. */
export const givenBackWaitWords = {
  refund: refundWaitWords,
  void: {
    ...refundWaitWords,
    arrival: {
      zh: "渠道已受理当日撤销，等待渠道完成",
      en: "The channel has accepted the same-day void and is carrying it out",
    },
  },
} as const satisfies Record<RefundWay, Record<keyof typeof refundWaitWords, Localized>>;

/** Who shows the code that is scanned. */
export const paymentModeWords = {
  payerCode: { zh: "扫顾客付款码", en: "The payer’s code was scanned" },
  shownCode: { zh: "顾客扫收款码", en: "The payer scanned a code" },
} as const satisfies Record<string, Localized>;

/** Who pays for instalments: 商户贴息 or 顾客承担手续费. */
export const feeBearerWords = {
  merchant: { zh: "商户承担手续费", en: "The merchant pays the instalment fee" },
  payer: { zh: "顾客承担手续费", en: "The payer pays the instalment fee" },
} as const satisfies Record<string, Localized>;

export const channelWords = {
  alipay: { zh: "支付宝", en: "Alipay" },
  wechat: { zh: "微信支付", en: "WeChat Pay" },
  unionpay: { zh: "云闪付", en: "UnionPay" },
} as const satisfies Record<string, Localized>;

export const fundingSourceWords = {
  balance: { zh: "余额", en: "Balance" },
  moneyFund: { zh: "余额宝", en: "Yu’e Bao" },
  huabei: { zh: "花呗", en: "Huabei" },
  huabeiInstalment: { zh: "花呗分期", en: "Huabei instalments" },
  creditCard: { zh: "信用卡", en: "Credit card" },
  debitCard: { zh: "储蓄卡", en: "Debit card" },
  mixed: { zh: "组合支付", en: "Several sources" },
  unknown: { zh: "未知", en: "Unknown" },
} as const satisfies Record<string, Localized>;

export const actorWords = {
  payer: { zh: "付款人", en: "Payer" },
  cashier: { zh: "收银员", en: "Cashier" },
  merchant: { zh: "商户", en: "Merchant" },
  terminal: { zh: "终端", en: "Terminal" },
  network: { zh: "网络", en: "Network" },
  channel: { zh: "支付渠道", en: "Channel" },
  bank: { zh: "银行", en: "Bank" },
  acquirer: { zh: "收单机构", en: "Acquirer" },
  platform: { zh: "平台", en: "Platform" },
} as const satisfies Record<string, Localized>;

export const arrivalStageWords = {
  accepted: { zh: "待播报", en: "Waiting to be announced" },
  delivered: { zh: "已送达", en: "Delivered" },
  speaking: { zh: "播报中", en: "Being spoken" },
  spoken: { zh: "已播报", en: "Spoken" },
  interrupted: { zh: "播报中断", en: "Interrupted" },
  stale: { zh: "过期未单独播报", en: "Too old, spoken in a summary" },
} as const satisfies Record<string, Localized>;

export const capabilityStateWords = {
  notApplied: { zh: "未开通", en: "Not applied for" },
  applying: { zh: "开通中", en: "Being opened" },
  enabled: { zh: "已开通", en: "Open" },
  rejected: { zh: "被驳回", en: "Rejected" },
  suspended: { zh: "已暂停", en: "Suspended" },
  closed: { zh: "已关闭", en: "Closed" },
} as const satisfies Record<string, Localized>;

export const roleWords = {
  operator: { zh: "运营", en: "Operator" },
  merchant: { zh: "商户", en: "Merchant" },
  terminal: { zh: "终端", en: "Terminal" },
} as const satisfies Record<string, Localized>;

/** What a person has to look at, by kind of case. */
export const caseKindWords = {
  lateSuccess: { zh: "放弃后又到账", en: "Paid after it had been given up" },
  silentArrival: { zh: "已到账但无人听到播报", en: "Money arrived and nobody heard it" },
  amountMismatch: { zh: "渠道金额与订单不符", en: "The channel’s amount differs from the order" },
  callbackMismatch: { zh: "通知内容与订单不符", en: "A notification does not match its order" },
  paidAfterReversal: { zh: "撤销后渠道仍称已支付", en: "Reversed, yet the channel says it is paid" },
  reversedAfterSuccess: { zh: "已收款后被撤销", en: "Reversed after it had been reported as paid" },
  channelContradiction: { zh: "渠道说法前后矛盾", en: "The channel contradicts itself" },
  refundUnclear: { zh: "退款一直没有结果", en: "A refund has no outcome" },
  refundStuck: {
    zh: "退款退不回付款人原账户，需商户到渠道的商户平台改用其他方式退还，再回来判定结果",
    en: "A refund cannot go back to the payer’s account: give it back another way on the channel’s merchant platform, then decide it here",
  },
  webhookDisabled: { zh: "回调地址已自动停用", en: "A webhook endpoint was disabled by itself" },
} as const satisfies Record<string, Localized>;

/** Why a payment waits for a person. */
export const reviewReasonWords = {
  timetableExhausted: { zh: "渠道一直没有给出结果", en: "The channel gave no outcome in time" },
  amountMismatch: { zh: "渠道金额与订单不符", en: "The channel’s amount differs from the order" },
  paidAfterReversal: { zh: "撤销后渠道仍称已支付", en: "Reversed, yet the channel says it is paid" },
} as const satisfies Record<string, Localized>;

/** How sure a diagnosis is of a cause, from the strongest word to the weakest. */
export const surenessWords = {
  certain: { zh: "确定", en: "Certain" },
  veryLikely: { zh: "很可能", en: "Very likely" },
  likely: { zh: "比较可能", en: "Likely" },
  possible: { zh: "有可能", en: "Possible" },
  ruledOut: { zh: "已排除", en: "Ruled out" },
} as const satisfies Record<string, Localized>;

/** One line of a payment’s timeline, by kind. */
export const timelineKindWords = {
  requested: { zh: "收到收款请求", en: "Payment requested" },
  chargeSent: { zh: "向渠道发起扣款", en: "Charge sent to the channel" },
  chargeAnswered: { zh: "渠道答复扣款", en: "The channel answered the charge" },
  chargeUnanswered: { zh: "扣款没有得到答复", en: "The charge was not answered" },
  querySent: { zh: "向渠道查询", en: "Query sent to the channel" },
  queryAnswered: { zh: "渠道答复查询", en: "The channel answered the query" },
  queryUnanswered: { zh: "查询没有得到答复", en: "The query was not answered" },
  cancelSent: { zh: "向渠道撤销", en: "Cancel sent to the channel" },
  cancelAnswered: { zh: "渠道答复撤销", en: "The channel answered the cancel" },
  cancelUnanswered: { zh: "撤销没有得到答复", en: "The cancel was not answered" },
  codeSent: { zh: "向渠道申请收款码", en: "A code to show was asked for" },
  codeAnswered: { zh: "渠道答复收款码", en: "The channel answered about the code" },
  codeUnanswered: { zh: "收款码没有得到答复", en: "The code was not answered" },
  closeSent: { zh: "向渠道关闭收款码", en: "Closing the code was sent to the channel" },
  closeAnswered: { zh: "渠道答复关闭", en: "The channel answered the closing" },
  closeUnanswered: { zh: "关闭没有得到答复", en: "The closing was not answered" },
  callbackReceived: { zh: "收到渠道通知", en: "Notification from the channel" },
  stateChanged: { zh: "状态变更", en: "State changed" },
  reviewOpened: { zh: "转人工核对", en: "Handed to a person" },
  reviewDecided: { zh: "人工核对已决定", en: "A person decided" },
  reversalRequested: { zh: "收到撤销请求", en: "Reversal requested" },
  refundRequested: { zh: "收到退款请求", en: "Refund requested" },
  refundSent: { zh: "向渠道发起退款", en: "Refund sent to the channel" },
  refundAnswered: { zh: "渠道答复退款", en: "The channel answered the refund" },
  refundUnanswered: { zh: "退款没有得到答复", en: "The refund was not answered" },
  refundQuerySent: { zh: "向渠道查询退款", en: "Refund query sent to the channel" },
  refundQueryAnswered: { zh: "渠道答复退款查询", en: "The channel answered the refund query" },
  refundQueryUnanswered: { zh: "退款查询没有得到答复", en: "The refund query was not answered" },
  refundStateChanged: { zh: "退款状态变更", en: "State of the refund changed" },
  refundWayChanged: { zh: "当日撤销不成，改用退款", en: "The same-day void failed; refunding instead" },
  announced: { zh: "已安排到账播报", en: "Announcement scheduled" },
  caseOpened: { zh: "已登记事项", en: "Case opened" },
} as const satisfies Record<string, Localized>;

/** What the timeline says otherwise where money goes back by a void. */
export const voidTimelineWords = {
  refundSent: { zh: "向渠道发起当日撤销", en: "Same-day void sent to the channel" },
  refundAnswered: { zh: "渠道答复当日撤销", en: "The channel answered the void" },
  refundUnanswered: { zh: "当日撤销没有得到答复", en: "The void was not answered" },
  refundQuerySent: { zh: "向渠道查询当日撤销", en: "Query about the void sent to the channel" },
  refundQueryAnswered: { zh: "渠道答复撤销查询", en: "The channel answered the query about the void" },
  refundQueryUnanswered: { zh: "撤销查询没有得到答复", en: "The query about the void was not answered" },
  refundStateChanged: { zh: "当日撤销状态变更", en: "State of the void changed" },
} as const satisfies Partial<Record<keyof typeof timelineKindWords, Localized>>;

/** Why a payment goes the way it goes, step by step. */
export const routeReasonWords = {
  channelByCode: { zh: "渠道由付款码决定", en: "The code decides the channel" },
  onlyAccount: { zh: "商户在该渠道只有一个账户", en: "The merchant has one account there" },
  ruleFits: { zh: "符合规则“{rule}”", en: "The rule “{rule}” fits" },
  noRuleFits: { zh: "没有符合的规则，优先使用主账户", en: "No rule fits: the first account is preferred" },
  byWeight: {
    zh: "按权重选中“{route}”（{sharePercent}%）",
    en: "Its weight chose “{route}” ({sharePercent}%)",
  },
  routeDisabled: { zh: "账户“{route}”未启用", en: "The account “{route}” is not in force" },
  routeInMaintenance: {
    zh: "账户“{route}”正在维护，预计 {until} 恢复",
    en: "The account “{route}” is under maintenance until {until}",
  },
  routeUnstable: {
    zh: "账户“{route}”的网关暂时没有应答",
    en: "The gateway of “{route}” gives no answers for the moment",
  },
  payerInPage: {
    zh: "付款人在付款页中已由账户“{route}”识别",
    en: "The account “{route}” knows the payer who has the page open",
  },
  standIn: { zh: "改由账户“{route}”收款", en: "The account “{route}” stands in" },
} as const satisfies Record<string, Localized>;

/** How a gateway fares, as its circuit breaker sees it. */
export const circuitStateWords = {
  closed: { zh: "正常", en: "Working" },
  open: { zh: "熔断", en: "Cut off" },
  halfOpen: { zh: "探测中", en: "Being probed" },
} as const satisfies Record<string, Localized>;

export type RouteReasonCode = keyof typeof routeReasonWords;
export type CircuitState = keyof typeof circuitStateWords;
export type PaymentState = keyof typeof paymentStateWords;
export type RefundState = keyof typeof refundStateWords;
export type RefundWait = keyof typeof refundWaitWords;
export type PaymentMode = keyof typeof paymentModeWords;
export type FeeBearer = keyof typeof feeBearerWords;
export type ChannelCode = keyof typeof channelWords;
export type FundingSource = keyof typeof fundingSourceWords;
export type Actor = keyof typeof actorWords;
export type ArrivalStage = keyof typeof arrivalStageWords;
export type CapabilityState = keyof typeof capabilityStateWords;
export type Role = keyof typeof roleWords;
export type CaseKind = keyof typeof caseKindWords;
export type ReviewReason = keyof typeof reviewReasonWords;
export type Sureness = keyof typeof surenessWords;
export type TimelineKind = keyof typeof timelineKindWords;
