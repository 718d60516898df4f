// What a channel account must contain: the fields of the channel's manifest, one of its modes, and its back office.
import type {
  ChannelAccount,
  ChannelManifest,
  ConfigField,
  ConfigFinding,
  ConfigMode,
  ProbeOutcome,
} from "../../../channels/port.ts";
import { chooseMode, type ModeChoice } from "@huiyin/contract/configModes.ts";
import type { Localized } from "@huiyin/contract/words.ts";
import { productOfficeFields } from "../productOffice.ts";

/** "mode": required where its mode is the one that is filled in, and not wanted otherwise. */
export type AccountField = ConfigField & Readonly<{ presence: "required" | "optional" | "mode" }>;

/** Every field an account at this channel may have. The manifest may itself declare the fields of the back office. */
export function fieldsOf(manifest: ChannelManifest): AccountField[] {
  const officeKeys = new Set(productOfficeFields.map((field) => field.key));
  const modeKeys = new Set(manifest.configModes.flatMap((mode) => mode.fields));
  const own = manifest.configFields.filter((field) => !officeKeys.has(field.key));
  const presenceOf = (field: ConfigField): AccountField["presence"] =>
    modeKeys.has(field.key) ? "mode" : isOptional(field) ? "optional" : "required";
  return [
    ...own.map((field): AccountField => ({ ...field, presence: presenceOf(field) })),
    ...productOfficeFields.map((field): AccountField => ({ ...field, presence: "optional" })),
  ];
}

/** A field is optional where its pattern accepts the empty text: the manifest says so itself. */
function isOptional(field: ConfigField): boolean {
  return new RegExp(field.pattern, "u").test("");
}

/** The account after a change: fields left out keep their value, an empty text takes a field away. */
export function mergedAccount(before: ChannelAccount, change: ChannelAccount): ChannelAccount {
  return Object.fromEntries(Object.entries({ ...before, ...change }).filter(([, value]) => value !== ""));
}

const problemWords: Readonly<Record<"unknown" | "missing" | "malformed", Localized>> = {
  unknown: { zh: "不是该渠道的字段。", en: "is not a field of this channel." },
  missing: { zh: "缺少此字段。", en: "is missing." },
  malformed: { zh: "格式不对。", en: "does not have the expected form." },
};

export type AccountProblem = Readonly<{ field: string; problem: Localized }>;

/** One problem per field that is missing, unknown, malformed, or of another mode than the rest; never the value. */
export function checkAccount(manifest: ChannelManifest, account: ChannelAccount): AccountProblem[] {
  const fields = fieldsOf(manifest);
  const choice = chooseMode(manifest.configModes, new Set(Object.keys(account)));
  const required = new Set(choice.kind === "chosen" ? choice.mode.fields : []);
  const known = new Map(fields.map((field) => [field.key, field]));
  const problems = Object.keys(account)
    .filter((key) => !known.has(key))
    .map((key) => problemAt(key, problemWords.unknown));
  for (const { key, presence, pattern } of fields) {
    const value = account[key];
    if (value === undefined) {
      if (presence === "required" || required.has(key)) problems.push(problemAt(key, problemWords.missing));
    } else if (!new RegExp(pattern, "u").test(value)) {
      problems.push(problemAt(key, problemWords.malformed));
    }
  }
  return [...problems, ...modeProblems(manifest.configModes, choice, account)];
}

/** None of the modes, or fields that no mode holds together: which of them is meant is not ours to guess. */
function modeProblems(
  modes: readonly ConfigMode[],
  choice: ModeChoice<ConfigMode>,
  account: ChannelAccount,
): AccountProblem[] {
  if (modes.length === 0 || choice.kind === "chosen") return [];
  const words = modes.map(({ label }) => `“${label.zh}”`);
  const zh = [words.slice(0, -1).join("、"), ...words.slice(-1)].join("和");
  const en = modes.map(({ label }) => label.en).join(", ");
  const [named, problem] =
    choice.kind === "none"
      ? [
          modes.map(({ fields }) => fields[0]),
          { zh: `请在${zh}中选一种填写。`, en: `is missing: fill in one of these modes: ${en}.` },
        ]
      : [
          choice.begun.map(({ fields }) => fields.find((key) => account[key] !== undefined)),
          {
            zh: `${zh}只能填写一种，请清空${modes.length === 2 ? "另一种" : "其余几种"}的字段。`,
            en: `belongs to one of several modes (${en}); empty the fields of the others.`,
          },
        ];
  return [...new Set(named)].flatMap((key) => (key === undefined ? [] : [problemAt(key, problem)]));
}

function problemAt(key: string, problem: Localized): AccountProblem {
  return { field: `config.${key}`, problem };
}

/** Why a probe did not come out ready, as the error of one field, with the channel’s own words where it spoke. */
export function probeProblem({ finding, words }: Extract<ProbeOutcome, { kind: "refused" }>): AccountProblem {
  const said = words === null ? "" : `${words.code} ${words.message}`.trim();
  return {
    field: finding.field === null ? "config" : `config.${finding.field}`,
    problem: {
      zh: sentences(finding, "zh", said === "" ? "" : `渠道原话：${said}。`),
      en: sentences(finding, "en", said === "" ? "" : ` The channel said: ${said}.`),
    },
  };
}

function sentences({ title, next }: ConfigFinding, language: keyof Localized, said: string): string {
  return language === "zh" ? `${title.zh}。${next.zh}${said}` : `${title.en}. ${next.en}${said}`;
}

/** What may be shown of an account: plain fields as they are, of secrets only that they are set. */
export function shownAccount(
  fields: readonly AccountField[],
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
