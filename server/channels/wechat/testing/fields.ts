// For tests only: the fields of an account against the patterns and the modes of the manifest.
import { chooseMode } from "@huiyin/contract/configModes.ts";
import type { ChannelAccount } from "../../port.ts";
import { wechatManifest } from "../manifest.ts";

const { configFields, configModes } = wechatManifest;
const modeKeys = new Set(configModes.flatMap(({ fields }) => fields));

/** Keys that are unknown, of another form, or needed and absent: by every account, or by the mode of this one. */
export function checkedFields(account: ChannelAccount): string[] {
  const fields = new Map(configFields.map((field) => [field.key, new RegExp(field.pattern, "u")]));
  const choice = chooseMode(configModes, new Set(Object.keys(account)));
  const ofMode = choice.kind === "chosen" ? choice.mode.fields : ["no mode"];
  const ofAll = [...fields].filter(([key, pattern]) => !modeKeys.has(key) && !pattern.test(""));
  const wrong = Object.keys(account).filter((key) => fields.get(key)?.test(account[key] ?? "") !== true);
  const missing = [...ofAll.map(([key]) => key), ...ofMode].filter((key) => account[key] === undefined);
  return [...wrong, ...missing];
}
