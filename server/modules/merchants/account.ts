// What a channel account must contain: the fields of the channel's manifest, and those of its back office.
import type { ChannelAccount, ChannelManifest, ConfigField } from "../../channels/port.ts";
import type { Localized } from "@huiyin/contract/words.ts";
import { productOfficeFields } from "./productOffice.ts";

type Field = ConfigField & Readonly<{ presence: "required" | "optional" }>;

/** Every field an account at this channel may have. The manifest may itself declare the fields of the back office. */
export function fieldsOf(manifest: ChannelManifest): Field[] {
  const officeKeys = new Set(productOfficeFields.map((field) => field.key));
  const own = manifest.configFields.filter((field) => !officeKeys.has(field.key));
  return [
    ...own.map((field): Field => ({ ...field, presence: isOptional(field) ? "optional" : "required" })),
    ...productOfficeFields.map((field): Field => ({ ...field, presence: "optional" })),
  ];
}

/** A field is optional where its pattern accepts the empty text: the manifest says so itself. */
function isOptional(field: ConfigField): boolean {
  return new RegExp(field.pattern, "u").test("");
}

const problemWords: Readonly<Record<"unknown" | "missing" | "malformed", Localized>> = {
  unknown: { zh: "不是该渠道的字段。", en: "is not a field of this channel." },
  missing: { zh: "缺少此字段。", en: "is missing." },
  malformed: { zh: "格式不对。", en: "does not have the expected form." },
};

/** One problem per field that is missing, unknown or malformed; never the value. */
export function checkAccount(
  fields: readonly Field[],
  account: ChannelAccount,
): Array<{ field: string; problem: Localized }> {
  const known = new Map(fields.map((field) => [field.key, field]));
  const unknown = Object.keys(account).filter((key) => !known.has(key));
  const problems = unknown.map((key) => ({
    field: `config.${key}`,
    problem: problemWords.unknown,
  }));
  for (const field of fields) {
    const value = account[field.key];
    if (value === undefined) {
      if (field.presence === "required")
        problems.push({ field: `config.${field.key}`, problem: problemWords.missing });
    } else if (!new RegExp(field.pattern, "u").test(value)) {
      problems.push({ field: `config.${field.key}`, problem: problemWords.malformed });
    }
  }
  return problems;
}

/** What may be shown of an account: plain fields as they are, of secrets only that they are set. */
export function shownAccount(
  fields: readonly Field[],
  account: ChannelAccount,
): Readonly<{ config: Record<string, string>; secretsSet: string[] }> {
  const config: Record<string, string> = {};
  const secretsSet: string[] = [];
  for (const field of fields) {
    const value = account[field.key];
    if (value === undefined) continue;
    if (field.secret === "yes") secretsSet.push(field.key);
    else config[field.key] = value;
  }
  return { config, secretsSet };
}
