// Tells accounts apart by all that is in them: a corrected key makes another account, which begins without a past.
import { createHash } from "node:crypto";
import type { ChannelAccount } from "../../../channels/port.ts";

const known = new WeakMap<ChannelAccount, string>();

/** The name of an account within this process. It is made from secrets too: never stored, shown or told. */
export function accountKey(account: ChannelAccount): string {
  const present = known.get(account);
  if (present !== undefined) return present;
  const fields = Object.entries(account).toSorted(([one], [other]) => (one < other ? -1 : 1));
  const key = createHash("sha256").update(JSON.stringify(fields)).digest("base64url");
  known.set(account, key);
  return key;
}
