// Evidence of one terminal says nothing about an announcement at another.
import assert from "node:assert/strict";
import { test } from "node:test";
import { buildCaseFile } from "../caseFile.ts";
import { causes } from "../causes.ts";
import { diagnose } from "../engine.ts";
import { exampleArrival, exampleFile, exampleTerminal, silentArrival } from "../example.ts";
import type { ArrivalFacts, CaseFile, TerminalFacts } from "../model.ts";
import { questions } from "../questions.ts";
import { unwrap } from "../../../kernel/result.ts";
import { arrivalSignals } from "./arrival.ts";

const till = exampleTerminal();
const speakerId = "trm_00000000000070008000000000000002";
const away = {
  online: "no",
  sessions: [{ from: "2026-11-22T00:00:00.000Z", to: "2026-11-22T03:59:00.000Z" }],
} as const;
const speaker = exampleTerminal({ id: speakerId, name: "音箱" });
const atSpeaker = (change: Partial<ArrivalFacts> = {}): ArrivalFacts =>
  silentArrival({ terminalId: speakerId, ...change });

/** The case file as it is gathered in a shop with these two terminals, asked by nobody in particular. */
async function gathered(
  arrivals: readonly ArrivalFacts[],
  terminals: readonly TerminalFacts[],
  terminalId: string | null = null,
): Promise<CaseFile> {
  const file = exampleFile();
  const readers: Parameters<typeof buildCaseFile>[0]["readers"] = {
    merchant: async () => file.merchant,
    credit: async () => file.credit ?? null,
    payment: async () => file.payment,
    timeline: async () => file.timeline,
    paymentsBetween: async () => [],
    capabilities: async () => [],
    live: async () => null,
    terminal: async (_, id) => terminals.find((terminal) => terminal.id === id) ?? null,
    arrivals: async () => arrivals,
    channelHealth: async () => null,
    windows: async () => [],
    cases: async () => [],
  };
  const paymentId = file.payment?.id ?? null;
  const subject = { merchantId: file.merchant.id, paymentId, terminalId, complaint: null, answers: [] };
  const now = new Date(file.builtAt);
  return unwrap(await buildCaseFile({ readers, now }, { ...subject, refusal: null, previous: null }));
}

// what happened -> arrivals, terminals, who asks -> the terminal that is looked at
const looked: ReadonlyArray<readonly [string, ArrivalFacts[], string | null, string]> = [
  ["the loudspeaker alone announces, and was silent", [atSpeaker()], null, speakerId],
  ["the till spoke, the loudspeaker did not", [exampleArrival(), atSpeaker()], null, speakerId],
  ["the till asks, the loudspeaker was silent", [atSpeaker()], till.id, speakerId],
  ["both were silent", [atSpeaker(), silentArrival()], null, till.id],
  [
    "both were silent, and the loudspeaker is asked about",
    [silentArrival(), atSpeaker()],
    speakerId,
    speakerId,
  ],
  ["everybody spoke", [exampleArrival({ terminalId: speakerId }), exampleArrival()], null, till.id],
  ["nothing is announced", [], null, till.id],
];

for (const [name, arrivals, terminalId, expected] of looked) {
  test(`looks at the terminal that was late: ${name}`, async () => {
    assert.equal((await gathered(arrivals, [till, speaker], terminalId)).terminal?.id, expected);
  });
}

const named = (file: CaseFile): readonly string[] => diagnose({ causes, questions }, file).named;

test("a loudspeaker that is away is the cause, though the till that took the payment is connected", async () => {
  const file = await gathered([atSpeaker()], [till, { ...speaker, ...away }]);
  assert.deepEqual(named(file), ["C-NET-02"]);
});

test("a till that is away explains nothing where the loudspeaker got the announcement and was silent", async () => {
  const delivered = atSpeaker({ stage: "delivered", deliveredAt: "2026-11-22T04:00:02.000Z" });
  const file = await gathered([delivered], [{ ...till, ...away }, speaker]);
  assert.ok(!named(file).includes("C-NET-02"), JSON.stringify(named(file)));
});

const evidenceOfTerminals = [
  "terminalOffline",
  "terminalOnlineThroughout",
  "terminalReconnects",
  "soundOff",
  "batteryLow",
];

for (const name of evidenceOfTerminals) {
  test(`${name} is read from no terminal but the one that was late`, () => {
    const telemetry = {
      at: "2026-11-22T04:00:00.000Z",
      batteryPercent: 3,
      charging: "no",
      muted: "yes",
    } as const;
    const vitals = { ...exampleTerminal().telemetry, ...telemetry } as TerminalFacts["telemetry"];
    for (const state of [{}, away]) {
      const file = exampleFile({
        arrivals: [atSpeaker()],
        terminal: exampleTerminal({ telemetry: vitals, ...state }),
      });
      assert.equal(arrivalSignals[name]?.read(file), null);
    }
  });
}
