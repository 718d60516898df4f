// The small languages that strangers write and our parsers read, fed directly: XML, forms, UnionPay’s and Alipay’s answers,
// headers. Each must say “malformed” or read it, never throw, and never work for longer than the text is worth.
import { parseSignature } from "@huiyin/contract/signature.ts";
import { sliceAnswer } from "@huiyin/server/channels/alipay/codec.ts";
import { readAnswer } from "@huiyin/server/channels/unionpay/codec.ts";
import { readXml } from "@huiyin/server/channels/wechat/xml.ts";
import { charsetOf, parseForm, parseJson, unstorableField } from "@huiyin/server/platform/http/body.ts";
import { localeOf } from "@huiyin/server/platform/http/language.ts";
import { typedQuery } from "@huiyin/server/platform/http/query.ts";
import { newTraceId } from "@huiyin/server/platform/http/trace.ts";
import type { Chance } from "../../../sim/random.ts";
import { createTally, shownOf, type Area, type Input } from "../input.ts";
import { measured } from "../measured.ts";
import { strangeTexts } from "../values.ts";

const answerCharactersMax = 1_048_576;
const bodyCharactersMax = 65_536;
const headerCharactersMax = 16_000;

type Language = Readonly<{
  name: string;
  /** Marks of the language, out of which texts are made. */
  marks: readonly string[];
  before: readonly string[];
  after: readonly string[];
  charactersMax: number;
  read: (text: string) => unknown;
}>;

const json = [
  "{",
  "}",
  "[",
  "]",
  '"',
  ":",
  ",",
  "\\",
  "\\u0000",
  "\\ud800",
  "1",
  "1e400",
  "-0",
  "null",
  '"a":1,',
  '{"a":',
  " ",
  "\0",
];
const method = "alipay.trade.pay";

const languages: readonly Language[] = [
  {
    name: "xml",
    marks: [
      "<",
      ">",
      "</",
      "/>",
      "<a>",
      "</a>",
      "<![CDATA[",
      "]]>",
      "&",
      "&lt;",
      "&#0;",
      "<!--",
      "-->",
      "<?",
      "?>",
      "=",
      "'",
      '"',
      " ",
      "a",
      "\n",
      "<!DOCTYPE",
      "]",
    ],
    before: ["<xml>", "<xml ", "", "<xml><a>", "<?xml version='1.0'?><xml>"],
    after: ["</xml>", "", "></xml>", "</a></xml>"],
    charactersMax: bodyCharactersMax,
    read: readXml,
  },
  {
    name: "unionpay answer",
    marks: ["a=", "&", "=", "{", "}", "[", "]", "&b=", "{a=1&b=2}", "%", "+", "\r\n", "成", "a"],
    before: ["", "respCode=00&", "a={", "a=["],
    after: ["", "&b=1", "}", "]&signature=x"],
    charactersMax: answerCharactersMax,
    read: readAnswer,
  },
  {
    name: "alipay answer",
    marks: json,
    before: ["", "{", '{"alipay_trade_pay_response":{', '{"sign":"'],
    after: ["", "}", '},"sign":"x"}', '"}'],
    charactersMax: answerCharactersMax,
    read: (text) => sliceAnswer(text, method),
  },
  {
    name: "json body",
    marks: json,
    before: ["", "{", "[", '{"__proto__":'],
    after: ["", "}", "]"],
    charactersMax: bodyCharactersMax,
    read: (text) => {
      const result = parseJson(Buffer.from(text));
      return result.ok ? unstorableField(result.value) : null;
    },
  },
  {
    name: "form",
    marks: ["&", "=", "%", "%41", "%ff", "+", "a", "a=1", "&b=", "%E4%B8", "\0", "\xff"],
    before: ["", "a="],
    after: ["", "&z=1"],
    charactersMax: bodyCharactersMax,
    read: (text) =>
      parseForm(
        Buffer.from(text, "latin1"),
        ["utf-8", "gbk", "gb18030", "x", "utf-16"][text.length % 5] ?? "",
      ),
  },
  {
    name: "signature-input",
    marks: [
      '"@method"',
      " ",
      ";",
      "created=1",
      'keyid="x"',
      '"',
      "(",
      ")",
      "a=",
      ":",
      "sig1=",
      "\\",
      '"@a-b"',
      ";a=1",
    ],
    before: ["", "sig1=(", 'sig1=("@method" "@path");'],
    after: ["", ")", ');created=1;keyid="a";nonce="n"'],
    charactersMax: headerCharactersMax,
    read: (text) => [
      parseSignature(text, `sig1=:${"A".repeat(86)}==:`),
      parseSignature('sig1=("@method");created=1', text),
    ],
  },
  {
    name: "header",
    marks: [";", ",", "q=", "en", "zh", "-", "*", " ", "charset=", '"', "0.1", "00-", "a", "=", "\t"],
    before: ["", "application/json", "00-"],
    after: ["", "; charset=utf-8", "-01"],
    charactersMax: headerCharactersMax,
    read: (text) => [
      localeOf(text),
      charsetOf(text),
      newTraceId({ headers: { traceparent: text } }),
      typedQuery({ [text.slice(0, 20)]: text }, { properties: { a: { type: "integer" } } }),
    ],
  },
];

export function createTextsArea(): Area {
  const tally = createTally();
  return {
    name: "texts",
    lanes: 1,
    outcomes: tally.counts,
    input: (chance): Input => {
      const language = chance.pick(languages);
      const text = textIn(chance, language);
      return {
        shown: `${language.name} ${shownOf(text)}`,
        attempt: async () => {
          tally.add(language.name);
          return measured(() => language.read(text)).problem;
        },
      };
    },
    close: () => undefined,
  };
}

/** A mixture of marks, or one or two of them again and again: what is slow is slow on these. */
function textIn(chance: Chance, { marks, before, after, charactersMax }: Language): string {
  const mark = (): string => (chance.happens(0.05) ? chance.pick(strangeTexts) : chance.pick(marks));
  const inside = chance.happens(0.03)
    ? repeated(
        Array.from({ length: chance.integer(1, 3) }, mark).join(""),
        chance.happens(0.1) ? charactersMax : charactersMax / 16,
      )
    : Array.from({ length: chance.integer(0, 40) }, mark).join("");
  return chance.pick(before) + inside + chance.pick(after);
}

function repeated(unit: string, characters: number): string {
  return unit.repeat(Math.ceil(characters / Math.max(1, unit.length))).slice(0, characters);
}
