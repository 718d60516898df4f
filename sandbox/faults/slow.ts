// The answer takes longer than the caller waits. The effect takes place at once, as behind a congested line.
import { operations, type GatewayFault } from "./model.ts";

/** Longer than the ten seconds a caller is advised to wait. */
const delayMsDefault = 15_000;

export const slow: GatewayFault = {
  id: "slow",
  layer: "gateway",
  title: { zh: "应答缓慢", en: "Slow answers" },
  changes: {
    zh: "账簿立即记账，但应答延迟发出（默认 15 秒）。",
    en: "The books carry the request out at once; the answer is sent late (15 s unless told otherwise).",
  },
  operations,
  shape: (plan, scope) => ({ ...plan, replyDelayMs: scope.delayMs ?? delayMsDefault }),
};
