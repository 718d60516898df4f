// Which networks the sandbox simulates besides Alipay, in the order in which they are composed and shown.
// A new one: a folder beside alipay/ with a `compose.ts`, its profile in book/profile.ts, and one line here.
import { composeUnionpay } from "./unionpay/compose.ts";
import { composeWechat } from "./wechat/compose.ts";
import type { WorldMaker } from "./world/model.ts";

export const worldMakers: readonly WorldMaker[] = [composeWechat, composeUnionpay];
