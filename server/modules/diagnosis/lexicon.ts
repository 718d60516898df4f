// What people write when something fails, first cut: enough to know which part of the evidence they mean. A sentence
// never convicts anybody: it chooses where to look.
import type { Locale } from "@huiyin/contract/words.ts";
import type { Complaint, Symptom } from "./model.ts";

// As users paste them: spellings that dodge filters.
const spellings: ReadonlyArray<readonly [RegExp, string]> = [
  [/ka卡|kа卡|刷ka(?![a-z])/gi, "卡"],
  [/花被|花吧|花贝|huabei|hua bei|huā bei/gi, "花呗"],
  [/zheng证/gi, "证"],
  [/\s+/g, " "],
];

const lexicon: ReadonlyArray<readonly [Symptom, readonly RegExp[]]> = [
  ["huabeiFails", [/花呗/]],
  [
    "arrivalUnheard",
    [
      /没(有)?(听到|听见|声音|播报|响|反应|提示|信息)/,
      /不(播报|播|响|出声|报)/,
      /(到账|播报|语音|喇叭|音箱).{0,6}(没|无|不|慢|迟|晚|延)/,
      /(没|无).{0,4}(到账|信息|通知)/,
      /\b(no|not|never|didn'?t|doesn'?t|without)\b.{0,24}\b(hear|heard|sound|voice|announce|announced|announcement|speak|spoke|notification|notice)\b/i,
      /\b(silent|mute|muted|quiet)\b/i,
    ],
  ],
  [
    "moneyGone",
    [
      /(钱|款).{0,6}(去哪|哪里|哪儿|不见|没了)/,
      /(退款|退了|退回|撤销|已退)/,
      /\b(where (is|did|has).{0,16}money|refund(ed)?|revers(ed|al)|money (is )?gone)\b/i,
    ],
  ],
  [
    "terminalOffline",
    [
      /(没|无|断|掉)(有)?(网|线|网络|信号)/,
      /(离线|连不上|上不了网|网络(不好|差|故障|异常))/,
      /\b(offline|no (network|signal|internet|wi-?fi)|disconnect(ed|s)?|lost connection)\b/i,
    ],
  ],
  [
    "channelDown",
    [
      /(支付宝|渠道|系统).{0,6}(维护|升级|崩|挂|故障|不可用|瘫)/,
      /\b(maintenance|outage|alipay (is )?(down|unavailable)|system (is )?down)\b/i,
    ],
  ],
  [
    "paymentFails",
    [
      /(收不了|付不了|支付失败|付款失败|收款失败|交易失败|扫不了|扫码失败|不能(用|付|支付|收)|用不了|无法(支付|付款|使用|收款))/,
      /\b(pay|payment|charge|scan)\w*\b.{0,24}\b(fail|fails|failed|declined|refused|rejected|error|not work(ing)?)\b/i,
      /\b(can'?t|cannot|unable to|won'?t)\b.{0,16}\b(pay|charge|collect|scan|use)\b/i,
    ],
  ],
];

/** Undoes the spellings of people who write around filters, and full-width letters. */
export function normalise(text: string): string {
  return spellings
    .reduce((read, [pattern, meant]) => read.replace(pattern, meant), text.normalize("NFKC"))
    .trim();
}

/** The symptoms a sentence speaks of, in the order of the lexicon; none where it speaks of nothing we know. */
export function readComplaint(text: string, locale: Locale | null): Complaint {
  const read = normalise(text);
  const symptoms = lexicon
    .filter(([, patterns]) => patterns.some((pattern) => pattern.test(read)))
    .map(([symptom]) => symptom);
  return { text, locale: locale ?? (/\p{Script=Han}/u.test(text) ? "zh" : "en"), symptoms };
}
