// UnionPay’s response codes, from the appendix of its interface specification (平台接入接口规范-第5部分-附录). By number:
// 01–09 UnionPay’s system, 10–29 the message, 30–59 merchant and business, 60–89 card holder and issuer.
import { row, type CodeMeaning, type CodeRow } from "./row.ts";

/** Our message is at fault: nothing was done, whatever was asked. */
const messageAtFault = {
  outcomes: {
    charge: "declined",
    payment: "declined",
    reversal: "refused",
    refund: "declined",
    refundFate: "declined",
    file: "refused",
  },
  blame: ["platform"],
  retry: "afterFix",
} as const satisfies Partial<CodeMeaning>;

/** The merchant’s contract does not allow it. */
const merchantAtFault = {
  outcomes: {
    charge: "declined",
    payment: "declined",
    reversal: "refused",
    refund: "declined",
    refundFate: "declined",
    file: "refused",
  },
  blame: ["merchant", "acquirer"],
  retry: "afterFix",
} as const satisfies Partial<CodeMeaning>;

/** The payer’s card or bank refuses: another card may pay. As the fate of a refund it means that nothing went back. */
const payerRefused = {
  outcomes: { charge: "declined", payment: "declined", refundFate: "declined" },
  blame: ["payer"],
  retry: "newPayerCode",
} as const satisfies Partial<CodeMeaning>;

/** The payer’s money moved: such a code is never a refusal. */
const moneyMoved = {
  blame: ["channel"],
  remark: "the payer’s money moved: never a refusal, left to reversal and reconciliation",
} as const satisfies Partial<CodeMeaning>;

/** Final for what follows a payment. Of the payment itself it says nothing certain. */
const followUpRefused = {
  outcomes: { reversal: "refused", refund: "declined", refundFate: "declined" },
  blame: ["platform"],
  retry: "never",
} as const satisfies Partial<CodeMeaning>;

const system: readonly CodeRow[] = [
  row(["00"], "成功", {
    outcomes: {
      charge: "done",
      payment: "done",
      reversal: "done",
      refund: "open",
      refundFate: "done",
      query: "done",
      file: "done",
    },
  }),
  row(["A6"], "有缺陷的成功", {
    outcomes: { charge: "done", payment: "done", refund: "open", refundFate: "done" },
    remark: "a defective success: paid, to be held against the bill of the day",
  }),
  // Once asked about it is over; as the answer to the request itself it has to be asked.
  row(["01"], "交易失败，详情请咨询95516", {
    outcomes: { payment: "declined", refundFate: "declined" },
    blame: ["channel", "bank"],
    causeHints: ["C-CHN-03"],
  }),
  row(["02"], "系统未开放或暂时关闭，请稍后再试", {
    outcomes: { reversal: "retry" },
    causeHints: ["C-CHN-01"],
  }),
  row(["06"], "系统繁忙，请稍后再试", { outcomes: { reversal: "retry" }, causeHints: ["C-CHN-11"] }),
  row(["03"], "交易通讯超时，请发起查询交易", { outcomes: { refundFate: "open" }, causeHints: ["C-CHN-03"] }),
  row(["04"], "交易状态未明，请查询对账结果", { outcomes: { refundFate: "open" }, causeHints: ["C-CHN-03"] }),
  // Taken over and under way, such as while the payer types a password.
  row(["05"], "交易已受理，请稍后查询交易结果", {
    outcomes: { charge: "open", payment: "open", refundFate: "open" },
  }),
];

const message: readonly CodeRow[] = [
  row(["10"], "报文格式错误", { ...messageAtFault, causeHints: ["C-CHN-05"] }),
  row(["11"], "验证签名失败", { ...messageAtFault, causeHints: ["C-X-05"] }),
  row(["12"], "重复交易", { outcomes: { refund: "sentBefore" }, causeHints: ["C-X-02"] }),
  row(["13"], "报文交易要素缺失", { ...messageAtFault, causeHints: ["C-CHN-05"] }),
  row(["14"], "批量文件格式错误", { outcomes: { file: "refused" }, blame: ["platform"] }),
];

const business: readonly CodeRow[] = [
  row(["30"], "交易未通过，请尝试使用其他银联卡支付或联系95516", payerRefused),
  row(["31"], "商户状态不正确", { ...merchantAtFault, causeHints: ["C-MCH-03"] }),
  row(["32"], "无此交易权限", { ...merchantAtFault, causeHints: ["C-MCH-03"] }),
  row(["33"], "交易金额超限", {
    outcomes: { charge: "declined", payment: "declined", refund: "declined", refundFate: "declined" },
    blame: ["payer", "merchant"],
    retry: "newOrder",
    causeHints: ["C-PAY-13"],
  }),
  row(["34"], "查无此交易", { outcomes: { query: "notFound", reversal: "notFound" } }),
  row(["35"], "原交易不存在或状态不正确", followUpRefused),
  row(["36"], "与原交易信息不符", followUpRefused),
  row(["37"], "已超过最大查询次数或操作过于频繁", { outcomes: { reversal: "retry" }, blame: ["platform"] }),
  row(["38"], "银联风险受限", { ...payerRefused, retry: "never", causeHints: ["C-RSK-01"] }),
  row(["39"], "交易不在受理时间范围内", {
    outcomes: { charge: "declined", payment: "declined", refund: "declined", refundFate: "declined" },
    blame: ["merchant"],
    retry: "later",
  }),
  row(["40"], "绑定关系检查失败", payerRefused),
  row(["41"], "批量状态不正确，无法下载", { outcomes: { file: "refused" } }),
  row(["42"], "扣款成功但交易超过规定支付时间", moneyMoved),
  row(["43"], "无此业务权限，详情请咨询95516", { ...merchantAtFault, causeHints: ["C-MCH-03"] }),
  row(["44"], "输入号码有误或暂未开通此项业务，详情请咨询95516", { ...payerRefused, causeHints: ["C-X-01"] }),
  row(["45"], "原交易已被成功退货或已被成功撤销", { ...followUpRefused, causeHints: ["C-X-09"] }),
  row(["46"], "交易已被成功冲正", {
    outcomes: { ...followUpRefused.outcomes, reversal: "undone", payment: "undone" },
    blame: ["platform"],
    retry: "never",
    causeHints: ["C-X-09"],
  }),
];

const cardHolder: readonly CodeRow[] = [
  row(["60"], "交易失败，详情请咨询您的发卡行", {
    outcomes: { payment: "declined", refundFate: "declined" },
    blame: ["payer", "bank"],
    causeHints: ["C-CHN-09"],
  }),
  row(["61"], "输入的卡号无效，请确认后输入", { ...payerRefused, causeHints: ["C-X-01"] }),
  row(["62"], "交易失败，发卡银行不支持该商户，请更换其他银行卡", {
    ...payerRefused,
    blame: ["payer", "bank"],
  }),
  row(["63"], "卡状态不正确", { ...payerRefused, causeHints: ["C-PAY-02"] }),
  row(["64"], "卡上的余额不足", { ...payerRefused, causeHints: ["C-PAY-01"] }),
  row(["65"], "输入的密码、有效期或CVN2有误，交易失败", { ...payerRefused, causeHints: ["C-PAY-14"] }),
  row(["66"], "持卡人身份信息或手机号输入不正确，验证失败", { ...payerRefused, causeHints: ["C-PAY-14"] }),
  row(["67"], "密码输入次数超限", { ...payerRefused, causeHints: ["C-PAY-11"] }),
  row(["68"], "您的银行卡暂不支持该业务，请向您的银行或95516咨询", {
    ...payerRefused,
    outcomes: { ...payerRefused.outcomes, refund: "declined" },
  }),
  row(["69"], "您的输入超时，交易失败", { ...payerRefused, causeHints: ["C-PAY-09"] }),
  row(["70"], "交易已跳转，等待持卡人输入", { outcomes: { payment: "open" } }),
  row(["71"], "动态口令或短信验证码校验失败", { ...payerRefused, causeHints: ["C-PAY-14"] }),
  row(["72"], "您尚未在银行柜面、个人网银签约或无卡支付未开通", payerRefused),
  row(["73"], "支付卡已超过有效期", { ...payerRefused, causeHints: ["C-PAY-12"] }),
  row(["74"], "扣款成功，销账未知", moneyMoved),
  row(["75"], "扣款成功，销账失败", moneyMoved),
  row(["76"], "需要验密开通", payerRefused),
  row(["77"], "您的银行卡尚未开通认证支付", payerRefused),
  row(["78"], "发卡行交易权限受限，详情请咨询您的发卡行", {
    ...payerRefused,
    blame: ["payer", "bank"],
    causeHints: ["C-PAY-13"],
  }),
  row(["79"], "此卡可用，但发卡行暂不支持短信验证", payerRefused),
  row(["80"], "交易失败，Token 已过期", { ...payerRefused, causeHints: ["C-X-01"] }),
  row(["98"], "文件不存在", { outcomes: { file: "notFound" } }),
  row(["99"], "通用错误", {}),
];

export const codeRows: readonly CodeRow[] = [...system, ...message, ...business, ...cardHolder];
