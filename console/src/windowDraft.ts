// A maintenance window as a form holds it, what is wrong with it, and what of it is sent.
import {
  routeNamePattern,
  type CreateMaintenanceWindow,
  type MaintenanceActuals,
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

export type WindowStep = "begin" | "end" | "callOff";

/** What somebody may write down of a window now. */
export function stepsOf({ standing }: Pick<MaintenanceWindow, "standing">): readonly WindowStep[] {
  if (standing === "planned") return ["begin", "callOff"];
  return standing === "open" ? ["end"] : [];
}

/** The real span after a step at this moment. What was called off lasted for nothing. */
export function actualsOf(
  { plannedFrom, actualFrom }: Pick<MaintenanceWindow, "plannedFrom" | "actualFrom">,
  step: WindowStep,
  now: Date,
): MaintenanceActuals {
  const at = now.toISOString();
  switch (step) {
    case "begin":
      return { actualFrom: at, actualTo: null };
    case "callOff":
      return { actualFrom: at, actualTo: at };
    case "end": {
      const began = actualFrom ?? plannedFrom;
      // A clock that lags behind the platform’s must not end it before it began.
      return { actualFrom: Date.parse(began) > now.getTime() ? at : began, actualTo: at };
    }
  }
}
