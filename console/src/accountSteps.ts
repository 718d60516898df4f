// How the form of another account ends: what each of its buttons sends. An account in use is never switched off by the way.
export type AccountState = "active" | "disabled";
/** `store` keeps new settings without using them, `disable` changes the switch and nothing else. */
export type AccountStep = "enable" | "store" | "disable";

type Sent = Readonly<{ state: AccountState; config: Readonly<Record<string, string>> }>;

/** The steps that a form offers, by what is stored; null where the account is new. */
export function accountSteps(stored: Readonly<{ state: AccountState }> | null): readonly AccountStep[] {
  return stored?.state === "active" ? ["enable", "disable"] : ["enable", "store"];
}

/** What a step sends, given the settings that were typed. The channel is asked about those that are to be used. */
export function sentBy(step: AccountStep, config: Sent["config"]): Sent {
  switch (step) {
    case "enable":
      return { state: "active", config };
    case "store":
      return { state: "disabled", config };
    case "disable":
      return { state: "disabled", config: {} };
  }
}
