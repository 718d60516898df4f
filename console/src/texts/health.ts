// Texts of the page on channels: how their gateways fare.
export const healthZh = {
  channelHealth: "渠道状态",
  healthGateways: "网关健康",
  healthExplain:
    "最近 {{window}} 秒内至少 {{calls}} 次调用、其中 {{percent}}% 以上没有明确应答时熔断：不再发起新的收款，改走其他账户或指名拒绝；{{open}} 秒后开始用无害的查询探测，连续 {{probes}} 次应答后恢复。顾客付不了（余额不足等）不算故障。",
  healthNone: "还没有调用",
  healthNoneHint: "收到第一笔收款后，这里显示各渠道网关的应答情况。",
  healthGateway: "网关",
  healthAnswers: "有应答",
  healthFailures: "无应答",
  healthState: "状态",
  healthBank: "银行 {{bank}}",
  healthProbeAt: "下次探测 {{at}}",
  healthSince: "自 {{at}}",
  healthAccount: "仅账户 {{account}}，网关对其他账户正常",
  healthByPayerCode: "扫付款码",
  healthByShownCode: "出示收款码",
  healthByRefund: "退款",
  methodUntil: "预计 {{at}} 恢复",
} as const;

export const healthEn: Record<keyof typeof healthZh, string> = {
  channelHealth: "Channels",
  healthGateways: "Health of the gateways",
  healthExplain:
    "A gateway is cut off when, of at least {{calls}} calls in the last {{window}} seconds, {{percent}}% or more got no clear answer: no new payment is sent there; another account takes over, or the payment is refused by name. After {{open}} seconds harmless questions begin; {{probes}} answers in a row restore it. A payer who cannot pay is no failure.",
  healthNone: "No calls yet",
  healthNoneHint: "After the first payment you see here how the gateways answer.",
  healthGateway: "Gateway",
  healthAnswers: "Answered",
  healthFailures: "Unanswered",
  healthState: "State",
  healthBank: "Bank {{bank}}",
  healthProbeAt: "Next probe {{at}}",
  healthSince: "Since {{at}}",
  healthAccount: "Account {{account}} alone; the gateway works for others",
  healthByPayerCode: "Payer’s code",
  healthByShownCode: "Shown code",
  healthByRefund: "Refund",
  methodUntil: "Expected back {{at}}",
};
