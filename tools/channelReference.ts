// The table of what each channel can do, from the manifests and from the rules that the conformance suite holds them to.
import type { Channel, ChannelManifest } from "@huiyin/server/channels/port.ts";
import { channels } from "@huiyin/server/channels/registry.ts";
import { scenarioGroups, whyNotAsked } from "@huiyin/server/channels/testing/scenarios.ts";
import { lakeside } from "@huiyin/server/channels/testing/lakeside/client.ts";
import { fen, yuanText } from "@huiyin/server/kernel/money.ts";

const facts: ReadonlyArray<readonly [string, (manifest: ChannelManifest) => string]> = [
  ["Shown codes (payer scans)", ({ offers }) => offers.shownCodes],
  ["Pages paid on the payer’s own phone", ({ offers }) => offers.pages ?? "no"],
  ["Closing an unpaid code", ({ offers }) => offers.close],
  ["Instalments", ({ offers }) => offers.instalments],
  ["Bill of a day", ({ offers }) => offers.bill],
  ["Tells of payments by payer codes", ({ offers }) => offers.payerCodeCallbacks ?? "yes"],
  [
    "Ways to exchange keys",
    ({ configModes }) => configModes.map(({ label }) => label.en).join(", ") || "one",
  ],
  [
    "Amounts (yuan)",
    ({ amountFenMin, amountFenMax }) => `${yuanText(fen(amountFenMin))} … ${yuanText(fen(amountFenMax))}`,
  ],
  ["First query after (s)", ({ timetable }) => String(timetable.firstQuerySeconds)],
  ["Queries every (s)", ({ timetable }) => String(timetable.queryIntervalSeconds)],
  ["Undone after (s)", ({ timetable }) => String(timetable.cancelAfterSeconds)],
  ["A person looks after (s)", ({ timetable }) => String(timetable.reviewAfterSeconds)],
  ["A shown code lives (s)", ({ shownCodeTimetable }) => String(shownCodeTimetable?.validitySeconds ?? "—")],
  [
    "A refund taken over arrives within (working days)",
    ({ refundTimetable: { transit } }) => String(transit.workingDaysMax ?? "—"),
  ],
  [
    "A person looks at one after (days)",
    ({ refundTimetable: { transit } }) => String(transit.reviewAfterSeconds / 86_400),
  ],
  [
    "Voids a whole payment on its day",
    ({ refundTimetable }) => untilOf(refundTimetable.voidUntilSecondOfDay),
  ],
  ["Tells of refunds", ({ offers }) => offers.refundCallbacks ?? "yes"],
  ["A refund is asked about after (s)", ({ refundTimetable }) => String(refundTimetable.queryAfterSeconds)],
];

/** "until 22:30", Beijing time. */
function untilOf(second: number | null): string {
  if (second === null) return "no";
  const minutes = String(Math.floor(second / 60) % 60).padStart(2, "0");
  return `until ${Math.floor(second / 3_600)}:${minutes}`;
}

/** docs/reference/channels.md as Markdown; the channel of tests comes last. */
export function channelReference(): string {
  const all: readonly Channel[] = [...channels.values(), lakeside];
  const manifests = all.map(({ manifest }) => manifest);
  const head = (first: string): string[] => [
    `| ${first} | ${manifests.map(({ names }) => names.en).join(" | ")} |`,
    `|---|${manifests.map(() => "---").join("|")}|`,
  ];
  const offered = facts.map(([name, read]) => `| ${name} | ${manifests.map(read).join(" | ")} |`);
  const rules = scenarioGroups.flatMap(([subject, scenarios]) => [
    "",
    `### ${subject}`,
    "",
    ...head("rule"),
    ...scenarios.map(([name, , , needed]) => {
      const cells = manifests.map((manifest) =>
        needed !== undefined && whyNotAsked(manifest, needed) !== null ? "—" : "✓",
      );
      return `| ${name} | ${cells.join(" | ")} |`;
    }),
  ]);
  return [
    "# Channels",
    "",
    "What each network offers, as its manifest says, and the rules to which `server/channels/conformance.ts` holds its channel.",
    "Lakeside does not exist: it is the made-up network of [add a channel](../how-to/add-a-channel.md), for tests alone.",
    "",
    ...head("offered"),
    ...offered,
    "",
    "## Rules",
    "",
    "✓: a test of the suite that the channel passes. —: not asked, because the network has no such thing.",
    ...rules,
    "",
  ].join("\n");
}
