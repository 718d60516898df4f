// For tests only: the fields of an account against the patterns of the manifest.
import type { ChannelAccount } from "../../port.ts";
import { wechatManifest } from "../manifest.ts";

/** Keys that are unknown, of another form, or needed and absent. */
export function checkedFields(account: ChannelAccount): string[] {
  const fields = new Map(
    wechatManifest.configFields.map((field) => [field.key, new RegExp(field.pattern, "u")]),
  );
  const wrong = Object.entries(account).filter(([key, value]) => fields.get(key)?.test(value) !== true);
  const missing = [...fields].filter(([key, pattern]) => account[key] === undefined && !pattern.test(""));
  return [...wrong, ...missing].map(([key]) => key);
}
