// For tests only: every rule of the port as a scenario, and which of them a network is not asked for.
import type { ChannelManifest } from "../port.ts";
import { scenariosOfBill } from "./billScenarios.ts";
import { scenariosOfCallback } from "./callbackScenarios.ts";
import { scenariosOfCharge, scenariosOfLoss } from "./chargeScenarios.ts";
import { scenariosOfCode, scenariosOfProbe } from "./codeScenarios.ts";
import { scenariosOfPage } from "./pageScenarios.ts";
import { scenariosOfRefund } from "./refundScenarios.ts";
import { scenariosOfVoid } from "./voidScenarios.ts";
import type { Needed, Scenario } from "./scenario.ts";

/** By subject, in the order in which the suite runs them. */
export const scenarioGroups: ReadonlyArray<readonly [subject: string, scenarios: readonly Scenario[]]> = [
  ["Payer codes", scenariosOfCharge],
  ["Lost and altered messages", scenariosOfLoss],
  ["Callbacks", scenariosOfCallback],
  ["Refunds", scenariosOfRefund],
  ["Voids", scenariosOfVoid],
  ["Shown codes", scenariosOfCode],
  ["Pages on the payer’s phone", scenariosOfPage],
  ["Accounts tried out", scenariosOfProbe],
  ["Bills", scenariosOfBill],
];

export const scenarios: readonly Scenario[] = scenarioGroups.flatMap(([, group]) => group);

const lackWords: Readonly<Record<Needed, string>> = {
  shownCodes: "the network offers no codes that are shown",
  pages: "the wallet opens shown codes by itself",
  close: "the network closes nothing",
  bill: "the network gives out no bill",
  callbacks: "the network tells of no payment by itself",
  refundCallbacks: "the network tells of no refund by itself",
  shortBalance: "the network documents no answer for a merchant without money",
  voids: "the network voids nothing: it refunds",
};

/** Why a network is not asked for what a scenario needs, or null where it is. */
export function whyNotAsked({ offers, refundTimetable }: ChannelManifest, needed: Needed): string | null {
  switch (needed) {
    case "voids":
      return refundTimetable.voidUntilSecondOfDay === null ? lackWords.voids : null;
    case "callbacks":
      return offers.payerCodeCallbacks === "no" && offers.shownCodes === "no" ? lackWords[needed] : null;
    case "refundCallbacks":
    case "shortBalance":
      return offers[needed] === "no" ? lackWords[needed] : null;
    case "close":
      return offers.shownCodes === "no"
        ? lackWords.shownCodes
        : offers.close === "no"
          ? lackWords.close
          : null;
    case "pages":
      return offers.pages === undefined ? lackWords.pages : null;
    case "shownCodes":
    case "bill":
      return offers[needed] === "no" ? lackWords[needed] : null;
  }
}
