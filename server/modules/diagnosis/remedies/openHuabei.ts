// One click: apply for Huabei at the channel, wait for its consent, then look whether a customer could pay with it now.
import { errors } from "@huiyin/contract/errors/index.ts";
import { diagnosisLimits as limits } from "../limits.ts";
import type { HuabeiNow, RemedyHandler, RemedyOutcome } from "./ports.ts";

export const openHuabei: RemedyHandler = async (ports, { merchantId, terminalId, asker }) => {
  const before = await ports.huabeiNow(merchantId, terminalId);
  const opened = await ports.openHuabei(merchantId, asker);
  if (!opened.ok) {
    const { code, facts } = opened.refusal;
    return { result: "failed", facts: { before, problem: code, text: errors[code].title, ...facts } };
  }
  let after = await ports.huabeiNow(merchantId, terminalId);
  for (
    let poll = 0;
    poll < limits.remedyPollsMax && !isOpen(after) && after.record === "applying";
    poll += 1
  ) {
    await ports.sleep(limits.remedyPollMs);
    after = await ports.huabeiNow(merchantId, terminalId);
  }
  return { ...judge(after), facts: { before, after } };
};

function isOpen(now: HuabeiNow): boolean {
  return now.record === "enabled" && now.live === "enabled";
}

/** Verified only where the channel and the menu of the terminals both say that Huabei works. */
function judge(after: HuabeiNow): Pick<RemedyOutcome, "result"> {
  if (isOpen(after) && after.menu.available === "yes") return { result: "verified" };
  return { result: after.record === "applying" ? "underWay" : "failed" };
}
