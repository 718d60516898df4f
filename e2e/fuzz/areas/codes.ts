// What a scanner may say it has read: payer codes with everything around and inside them, and merchants’ own codes.
import { checksum, readMerchantCode } from "@huiyin/contract/emvco.ts";
import { readPaymentSearch } from "@huiyin/contract/paymentSearch.ts";
import { cleanScan, maskPayerCode, recognise } from "@huiyin/server/modules/payments/payerCode.ts";
import { typedYuan } from "@huiyin/server/modules/storeCodes/model.ts";
import type { Chance } from "../../../sim/random.ts";
import { createTally, shownOf, type Area, type Input } from "../input.ts";
import { measured } from "../measured.ts";
import { strangeTexts } from "../values.ts";

const installed = { has: () => true };
const now = new Date("2026-11-22T07:00:00Z");
const scanMax = 512;

export function createCodesArea(): Area {
  const tally = createTally();
  return {
    name: "codes",
    lanes: 1,
    outcomes: tally.counts,
    input: (chance): Input => {
      const text = scanOf(chance);
      const { read, outcome } = chance.happens(0.7) ? scanned(text) : merchantCode(text, chance);
      return {
        shown: shownOf(text),
        attempt: async () => {
          const { value, problem } = measured(read);
          tally.add(outcome());
          return problem ?? value;
        },
      };
    },
    close: () => undefined,
  };
}

type Reading = Readonly<{ read: () => string | null; outcome: () => string }>;

/** A code that is taken must be digits alone, found in what was scanned, and never shown whole. */
function scanned(text: string): Reading {
  let outcome = "threw";
  return {
    outcome: () => outcome,
    read: () => {
      readPaymentSearch(text.slice(0, 128), now);
      typedYuan(text.slice(0, 16));
      const result = recognise(text, "auto", installed, { eCny: "yes" });
      outcome = result.ok ? result.value.channel : result.refusal.code;
      if (!result.ok)
        return JSON.stringify(result.refusal).includes(text) && text.length > 8
          ? "the refusal repeats what was scanned"
          : null;
      const { payerCode } = result.value;
      if (!/^[0-9]{16,24}$/.test(payerCode) || cleanScan(text) !== payerCode) return `taken as ${payerCode}`;
      const again = recognise(payerCode, "auto", installed);
      if (!again.ok || again.value.payerCode !== payerCode) return "the clean code is another one";
      return maskPayerCode(payerCode).includes(payerCode.slice(2, -2)) ? "the mask hides nothing" : null;
    },
  };
}

function merchantCode(text: string, chance: Chance): Reading {
  let outcome = "threw";
  const body = `000201${chance.happens(0.5) ? fieldsOf(chance) : text}6304`;
  const code = chance.happens(0.8) ? body + checksum(body) : text;
  return {
    outcome: () => outcome,
    read: () => {
      const reading = readMerchantCode(code);
      outcome = reading.kind === "code" ? "merchant code" : `merchant code: ${reading.problem}`;
      return reading.kind === "code" && reading.code.accounts.length === 0 ? "a code of nobody" : null;
    },
  };
}

function fieldsOf(chance: Chance): string {
  const field = (id: string, value: string): string =>
    `${id}${String([...value].length).padStart(2, "0")}${value}`;
  const values = [
    "156",
    "5814",
    "CN",
    "12.50",
    "回音",
    "***",
    "a",
    "9".repeat(13),
    "0002",
    "\ud800",
    "x".repeat(99),
    "",
  ];
  const known = [
    field("26", field("00", "com.x") + field("01", "1")),
    field("52", "5814"),
    field("53", "156"),
    field("58", "CN"),
    field("59", "回音咖啡"),
    field("60", "上海"),
  ];
  return [
    ...known.filter(() => chance.happens(0.95)),
    ...Array.from({ length: chance.integer(0, 3) }, () =>
      field(String(chance.integer(1, 99)).padStart(2, "0"), chance.pick(values)),
    ),
  ].join("");
}

const fullWidth = (text: string): string =>
  text.replaceAll(/[!-~]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) + 0xfee0));

function scanOf(chance: Chance): string {
  const digits = Array.from({ length: chance.pick([0, 8, 13, 15, 16, 17, 18, 18, 19, 20, 24, 25, 60]) }, () =>
    chance.integer(0, 9),
  ).join("");
  const code =
    chance.pick(["10", "13", "15", "25", "28", "30", "31", "62", "01", "99", ""]) + digits.slice(2);
  const around = [
    "\r",
    "\n",
    "\t",
    " ",
    "\u3000",
    "\u200b",
    "\ufeff",
    "]Q1",
    "]C0",
    "\0",
    "\u202e",
    "-",
    "x",
    "\u0661",
    "²",
    "https://qr.alipay.com/",
    "weixin://",
    "000201",
  ];
  switch (chance.integer(0, 6)) {
    case 0:
      return code;
    case 1:
      return chance.pick(around) + code + chance.pick(around);
    case 2:
      return fullWidth(code) + (chance.happens(0.3) ? chance.pick(around) : "");
    case 3:
      return `${code}${chance.pick(["\r\n", "\n", "\r"])}${chance.happens(0.5) ? code : ""}`;
    case 4:
      return [...code].join(chance.pick(around));
    case 5:
      return chance.pick(strangeTexts).slice(0, scanMax);
    default:
      return chance
        .pick([...around, ...strangeTexts])
        .concat(code)
        .repeat(chance.integer(1, 200))
        .slice(0, scanMax);
  }
}
