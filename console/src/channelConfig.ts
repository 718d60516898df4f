// What a set-up form holds, and what of it is sent: only what was changed, and an empty text for what is to go.
import { chooseMode } from "@huiyin/contract/configModes.ts";
import type { ChannelAccountDetail, ChannelList } from "@huiyin/contract/api/channels.ts";

export type ChannelView = ChannelList["items"][number];
export type FieldView = ChannelView["fields"][number];
/** What was typed, by the field's key. */
export type Typed = Readonly<Record<string, string>>;

/**
 * The mode that the stored account is in, as the platform itself chooses it: the smallest that holds what is stored. The
 * first where nothing is stored; null where the channel has only one way.
 */
export function modeOf(channel: ChannelView, stored: ChannelAccountDetail | null): string | null {
  const choice = chooseMode(channel.modes, setKeys(stored));
  const mode = choice.kind === "chosen" ? choice.mode : choice.kind === "mixed" ? choice.begun[0] : undefined;
  return (mode ?? channel.modes[0])?.code ?? null;
}

function setKeys(stored: ChannelAccountDetail | null): ReadonlySet<string> {
  return new Set([...Object.keys(stored?.config ?? {}), ...(stored?.secretsSet ?? [])]);
}

/** The fields of a mode in the order of the form: those of other modes are left out. */
export function fieldsOf(channel: ChannelView, mode: string | null): FieldView[] {
  const own = new Set(channel.modes.find((one) => one.code === mode)?.fields);
  return channel.fields.filter((field) => field.presence !== "mode" || own.has(field.key));
}

/** What the form sends: fields that differ from what is stored; those of other modes are taken away. */
export function configOf(
  channel: ChannelView,
  mode: string | null,
  { stored, typed }: Readonly<{ stored: ChannelAccountDetail | null; typed: Typed }>,
): Record<string, string> {
  const shown = fieldsOf(channel, mode);
  const keys = new Set(shown.map((field) => field.key));
  const set = setKeys(stored);
  const gone = channel.fields.filter((field) => !keys.has(field.key) && set.has(field.key));
  const changed = shown.flatMap(({ key, secret }) => {
    const value = typed[key]?.trim();
    // A secret that is left empty is kept: it is never shown, so nobody can mean to empty it here.
    if (value === undefined || (secret && value === "") || value === (stored?.config[key] ?? "")) return [];
    return [[key, value] as const];
  });
  return Object.fromEntries([...changed, ...gone.map(({ key }) => [key, ""] as const)]);
}

/** What is wrong with a field as it stands: nothing, missing, or of another form than the channel wants. */
export function problemOf(
  field: FieldView,
  { stored, typed }: Readonly<{ stored: ChannelAccountDetail | null; typed: Typed }>,
): "none" | "missing" | "malformed" {
  const value = (typed[field.key] ?? stored?.config[field.key] ?? "").trim();
  if (value !== "") return new RegExp(field.pattern, "u").test(value) ? "none" : "malformed";
  const kept = field.secret && stored?.secretsSet.includes(field.key) === true;
  return kept || field.presence === "optional" ? "none" : "missing";
}

/** Keys and certificates are several lines, and lie in files. */
export function isDocument(field: FieldView): boolean {
  return field.pattern.includes("BEGIN");
}
