// How sure a finding is of a cause, in words, and whose word it rests on. “Certain” needs more than a high probability:
// a machine or the channel's documented words have to stand behind the very fact that names the cause.
import type { Localized, Sureness } from "@huiyin/contract/words.ts";
import { diagnosisLimits as limits } from "./limits.ts";
import type { Cause, EvidenceFact, Witness } from "./model.ts";
import { signals } from "./signals.ts";

type Weighed = Readonly<{ probability: number; because: readonly EvidenceFact[] }>;

/** The word for a probability, given what stands behind it. */
export function surenessOf(cause: Cause, { probability, because }: Weighed): Sureness {
  if (probability === 0) return "ruledOut";
  // “We do not know” names nothing, however probable it is.
  if (cause.neededToName.length === 0) return "possible";
  const proofs = because.filter((fact) => cause.neededToName.some(({ signal }) => signal === fact.name));
  const backed = proofs.some((fact) => mayBeCertain(signals.get(fact.name)?.witness ?? null));
  if (probability >= limits.certainProbabilityMin && backed) return "certain";
  if (probability >= limits.veryLikelyProbabilityMin) return "veryLikely";
  return probability >= limits.likelyProbabilityMin ? "likely" : "possible";
}

/** People may be mistaken, and what others did is no proof of what happened here. */
function mayBeCertain(witness: Witness | null): boolean {
  return witness !== null && witness !== "people" && witness !== "comparison";
}

const witnessWords: Readonly<Record<Witness, Localized>> = {
  channelCode: { zh: "渠道对这笔收款的答复", en: "the channel’s answer to this payment" },
  channelAnswer: { zh: "向渠道查询的结果", en: "what the channel said when it was asked" },
  announcement: { zh: "维护公告", en: "announced maintenance" },
  ownRecord: { zh: "平台自己的记录", en: "our own record" },
  terminal: { zh: "终端的报告", en: "the terminal’s own report" },
  comparison: { zh: "与其他收款的对比", en: "a comparison with other payments" },
  people: { zh: "相关人员的回答", en: "what people said" },
};

/** Whose word speaks for a cause, the weightiest first, in one sentence. */
export function restsOn(because: readonly EvidenceFact[]): Localized {
  const known = because.map((fact) => signals.get(fact.name)?.witness).filter((each) => each !== undefined);
  const words = [...new Set(known)].map((witness) => witnessWords[witness]);
  if (words.length === 0) return { zh: "没有哪一条记录直接指向它。", en: "No record points to it directly." };
  const [last, ...others] = words.map(({ en }) => en).reverse();
  const en = others.length === 0 ? last : `${others.reverse().join(", ")} and ${last}`;
  return { zh: `依据：${words.map(({ zh }) => zh).join("、")}。`, en: `Rests on ${en}.` };
}
