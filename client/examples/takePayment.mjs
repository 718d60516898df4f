// Takes a payment: HUIYIN_URL, HUIYIN_KEY (sk_…) and the payer code as the argument.
import { createClient } from "@huiyin/client";

const huiyin = createClient({ baseUrl: process.env.HUIYIN_URL, key: process.env.HUIYIN_KEY });
const taken = await huiyin.takePayment({ amount: 1280, payerCode: process.argv[2], subject: "拿铁" });
if (taken.ok) console.log(taken.value.state, taken.value.id, taken.value.amount);
else if (taken.problem.kind === "refused") console.log("refused", taken.problem.code, taken.problem.title);
else console.log("nobody knows yet; ask again with the same key", taken.problem.idempotencyKey);
