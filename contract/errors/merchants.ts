// Errors of merchants, channel accounts, capabilities, fees and maintenance windows.
import type { DeclaredError } from "./types.ts";

export const merchantErrors = {
  merchant_number_used: {
    status: 409,
    retry: "afterFix",
    title: { zh: "商户编号 {number} 已被使用", en: "Merchant number {number} is already in use" },
    next: {
      zh: "请换一个编号，或不填，由平台分配。",
      en: "Choose another number, or leave it out to have one assigned.",
    },
  },
  store_no_used: {
    status: 409,
    retry: "afterFix",
    title: { zh: "门店编号 {no} 已被使用", en: "Store number {no} is already in use" },
    next: { zh: "请换一个门店编号。", en: "Choose another store number." },
  },
  channel_account_missing: {
    status: 422,
    retry: "afterFix",
    title: { zh: "本商户还没有配置这个渠道的账户", en: "This merchant has no account at this channel yet" },
    next: {
      zh: "请先填写渠道账户的编号和密钥。",
      en: "Fill in the identifiers and keys of the channel account first.",
    },
  },
  channel_account_invalid: {
    status: 422,
    retry: "afterFix",
    title: { zh: "渠道账户的内容不完整或格式不对", en: "The channel account is incomplete or malformed" },
    next: { zh: "请修改 errors 中列出的字段。", en: "Correct the fields listed in errors." },
  },
  channel_probe_refused: {
    status: 422,
    retry: "afterFix",
    title: {
      zh: "支付渠道没有认可这份配置，账户没有启用",
      en: "The channel did not accept this configuration; the account was not put in force",
    },
    next: {
      zh: "请按 errors 中的说明修改后重试；也可以先保存为停用状态。",
      en: "Correct what errors names, then try again; or save the account as disabled for now.",
    },
  },
  channel_account_identity_fixed: {
    status: 409,
    retry: "afterFix",
    title: {
      zh: "已有收款经过这个渠道账户，不能改成另一个账户",
      en: "Payments went through this account already, so it cannot become another one",
    },
    next: {
      zh: "查询、退款和通知都要用原来的编号（{fieldsZh}）。请保留它，另行增加一个账户。",
      en: "Queries, refunds and notices need the identifiers they were paid under ({fieldsEn}). Keep them, and add another account beside this one.",
    },
  },
  account_route_invalid: {
    status: 422,
    retry: "afterFix",
    title: { zh: "不能以“{route}”为名增加账户", en: "No account can be added under the name “{route}”" },
    next: {
      zh: "请先配置该渠道的第一个账户（main）；其余账户各取一个名字，最多 8 个。",
      en: "Configure the first account of the channel (main) first; each of the others has a name, at most 8 in all.",
    },
  },
  capability_state_conflict: {
    status: 409,
    retry: "afterFix",
    title: { zh: "产品当前的状态不允许这一操作", en: "The present state of the product does not allow this" },
    next: { zh: "请刷新后按当前状态操作。", en: "Reload, and act on its present state." },
  },
  capability_stopped_by_channel: {
    status: 409,
    retry: "afterFix",
    title: {
      zh: "该产品由支付渠道暂停，平台不能自行恢复",
      en: "The channel itself suspended this product; the platform cannot resume it",
    },
    next: {
      zh: "请携带证明材料联系支付渠道解除限制。",
      en: "Ask the channel to lift the restriction, with evidence.",
    },
  },
  capability_stopped_by_operator: {
    status: 409,
    retry: "afterFix",
    title: {
      zh: "该产品由服务商停用，商户不能自行恢复",
      en: "The service provider stopped this product; the merchant cannot start it again",
    },
    next: {
      zh: "请联系服务商了解原因并恢复。",
      en: "Ask the service provider for the reason and to start it again.",
    },
  },
  capability_open_refused: {
    status: 422,
    retry: "afterFix",
    title: {
      zh: "支付渠道没有受理开通申请：{reason}",
      en: "The channel did not accept the application: {reason}",
    },
    next: {
      zh: "请按原因补充材料或修改资料后重新申请。",
      en: "Supply what the reason asks for, then apply again.",
    },
  },
  capability_office_unreachable: {
    status: 503,
    retry: "later",
    title: {
      zh: "暂时联系不上支付渠道的商户后台",
      en: "The channel's merchant back office cannot be reached for the moment",
    },
    next: {
      zh: "申请已登记，平台会继续查询；请稍后再看。",
      en: "The application is on record and the platform keeps asking; look again later.",
    },
  },
  fee_valid_from_too_early: {
    status: 422,
    retry: "afterFix",
    title: { zh: "费率的生效时间太早", en: "The rate would take effect too early" },
    next: {
      zh: "已经发生的交易不改费率；请填写至少 {noticeSeconds} 秒以后的时间。",
      en: "Rates of past payments stay; give a time at least {noticeSeconds} seconds ahead.",
    },
  },
  fee_rate_exists: {
    status: 409,
    retry: "afterFix",
    title: { zh: "同一产品在这一时刻已有费率", en: "This product already has a rate from that moment on" },
    next: {
      zh: "费率只增不改；请填写另一个生效时间。",
      en: "Rates are added, never changed; give another time.",
    },
  },
  maintenance_window_invalid: {
    status: 422,
    retry: "afterFix",
    title: { zh: "维护窗口的时间先后不对", en: "The times of the maintenance window are out of order" },
    next: { zh: "结束时间必须晚于开始时间。", en: "It must end after it begins." },
  },
  maintenance_step_impossible: {
    status: 409,
    retry: "afterFix",
    title: {
      zh: "维护窗口{standingZh}，不能{stepZh}",
      en: "The maintenance window {standingEn}: it cannot {stepEn}",
    },
    next: {
      zh: "没有改动；可能别人已经操作过，请查看它现在的状态。",
      en: "Nothing was changed. Somebody else may have been faster: look at where it stands now.",
    },
  },
  maintenance_scope_invalid: {
    status: 422,
    retry: "afterFix",
    title: { zh: "维护窗口的范围自相矛盾", en: "The scope of the maintenance window contradicts itself" },
    next: {
      zh: "支付方式须属于所选渠道；平台自身的维护不分支付方式、账户和银行。",
      en: "The method must belong to the channel; maintenance of the platform itself knows no method, account or bank.",
    },
  },
} as const satisfies Record<string, DeclaredError>;
