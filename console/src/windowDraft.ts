// A maintenance window as a form holds it, what is wrong with it, and what of it is sent.
import {
  routeNamePattern,
  type CreateMaintenanceWindow,
  type MaintenanceStep,
  type MaintenanceWindow,
} from "@huiyin/contract/api/maintenance.ts";
import { timeOfInput } from "./times.ts";

type Scope = CreateMaintenanceWindow["scope"];
type Method = NonNullable<CreateMaintenanceWindow["method"]>;

/** Everything as it was typed; empty where nothing was. Times as an input of the browser holds them, in Beijing. */
export type WindowDraft = Readonly<{
  scope: Scope;
  method: Method | "";
  route: string;
  bank: string;
  from: string;
  to: string;
  zh: string;
  en: string;
}>;

export const emptyWindow: WindowDraft = {
  ...{ scope: "alipay", method: "", route: "", bank: "", from: "", to: "", zh: "", en: "" },
};

/** The purses of a channel that can be shut alone; of a channel with one purse there is nothing to choose. */
export const pursesOfScope: Readonly<Partial<Record<Scope, readonly Method[]>>> = {
  alipay: ["alipay", "huabei"],
};

export type WindowProblem = "missing" | "endsTooEarly" | "over" | "routeName";
export type WindowProblems = Readonly<Partial<Record<keyof WindowDraft, WindowProblem>>>;

const routeName = new RegExp(routeNamePattern, "u");

/** What is wrong, by field; empty where it can be sent. */
export function windowProblems({ scope, route, from, to, zh, en }: WindowDraft, now: Date): WindowProblems {
  const problems: { -readonly [Field in keyof WindowDraft]?: WindowProblem } = {};
  if (from === "") problems.from = "missing";
  if (to === "") problems.to = "missing";
  else if (from !== "" && to <= from) problems.to = "endsTooEarly";
  // A slip in the year: it would be stored, and shut nothing.
  else if (Date.parse(timeOfInput(to) ?? "") <= now.getTime()) problems.to = "over";
  if (zh.trim() === "") problems.zh = "missing";
  if (en.trim() === "") problems.en = "missing";
  if (scope !== "own" && route.trim() !== "" && !routeName.test(route.trim())) problems.route = "routeName";
  return problems;
}

/** What is sent. Of the platform itself no part can be shut alone. Call where nothing is wrong. */
export function windowOf({
  scope,
  method,
  route,
  bank,
  from,
  to,
  zh,
  en,
}: WindowDraft): CreateMaintenanceWindow {
  const parts =
    scope === "own"
      ? {}
      : {
          ...(method !== "" && { method }),
          ...(route.trim() !== "" && { route: route.trim() }),
          ...(bank.trim() !== "" && { bank: bank.trim() }),
        };
  return {
    ...{ scope, ...parts },
    plannedFrom: timeOfInput(from) ?? "",
    plannedTo: timeOfInput(to) ?? "",
    texts: { zh: zh.trim(), en: en.trim() },
  };
}

export type WindowStep = MaintenanceStep["step"];

/** What somebody may say of a window now. When that was, the platform writes down: its clock counts, not this one. */
export function stepsOf({ standing }: Pick<MaintenanceWindow, "standing">): readonly WindowStep[] {
  if (standing === "planned") return ["begin", "callOff"];
  return standing === "open" ? ["end"] : [];
}
