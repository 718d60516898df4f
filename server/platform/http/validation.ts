// What a validator found, as sentences that a person can act on.
import type { FastifySchemaValidationError } from "fastify";
import { patternWords } from "@huiyin/contract/api/common.ts";
import type { Locale } from "@huiyin/contract/words.ts";
import type { Refusal } from "../../kernel/result.ts";
import { limits } from "../limits.ts";

type Found = FastifySchemaValidationError;
type Sentences = Readonly<{ zh: string; en: string }>;
type Sentence = (parameters: Readonly<Record<string, unknown>>) => Sentences;

const typeNames = new Map<string, Sentences>([
  ["string", { zh: "文本", en: "a string" }],
  ["integer", { zh: "整数", en: "an integer" }],
  ["number", { zh: "数字", en: "a number" }],
  ["boolean", { zh: "布尔值 true 或 false", en: "true or false" }],
  ["object", { zh: "对象", en: "an object" }],
  ["array", { zh: "数组", en: "an array" }],
  ["null", { zh: "null", en: "null" }],
]);

const sentences = new Map<string, Sentence>([
  ["required", () => ({ zh: "缺少此字段。", en: "is missing." })],
  ["additionalProperties", () => ({ zh: "不认识此字段。", en: "is not a known field." })],
  ["type", ({ type }) => typeSentence(String(type))],
  ["enum", ({ allowedValues }) => oneOf(allowedValues)],
  ["const", ({ allowedValue }) => oneOf([allowedValue])],
  ["minimum", ({ limit }) => ({ zh: `不能小于 ${limit}。`, en: `must not be less than ${limit}.` })],
  ["maximum", ({ limit }) => ({ zh: `不能大于 ${limit}。`, en: `must not be greater than ${limit}.` })],
  ["exclusiveMinimum", ({ limit }) => ({ zh: `必须大于 ${limit}。`, en: `must be greater than ${limit}.` })],
  ["exclusiveMaximum", ({ limit }) => ({ zh: `必须小于 ${limit}。`, en: `must be less than ${limit}.` })],
  [
    "multipleOf",
    ({ multipleOf }) => ({ zh: `必须是 ${multipleOf} 的倍数。`, en: `must be a multiple of ${multipleOf}.` }),
  ],
  [
    "minLength",
    ({ limit }) => ({ zh: `至少 ${limit} 个字符。`, en: `must have at least ${limit} characters.` }),
  ],
  [
    "maxLength",
    ({ limit }) => ({ zh: `最多 ${limit} 个字符。`, en: `must have at most ${limit} characters.` }),
  ],
  ["minItems", ({ limit }) => ({ zh: `至少 ${limit} 项。`, en: `must have at least ${limit} items.` })],
  ["maxItems", ({ limit }) => ({ zh: `最多 ${limit} 项。`, en: `must have at most ${limit} items.` })],
  [
    "minProperties",
    ({ limit }) => ({ zh: `至少 ${limit} 个字段。`, en: `must have at least ${limit} fields.` }),
  ],
  ["uniqueItems", () => ({ zh: "不能有重复项。", en: "must not repeat an item." })],
  [
    "pattern",
    ({ pattern }) =>
      patternWords.get(String(pattern)) ?? { zh: `格式应为 ${pattern}。`, en: `must match ${pattern}.` },
  ],
  [
    "format",
    ({ format }) =>
      format === "date-time"
        ? { zh: "不是一个存在的时刻。", en: "is not a real moment." }
        : { zh: `格式应为 ${format}。`, en: `must have the format ${format}.` },
  ],
]);

const whereNames = new Map([
  ["querystring", "query"],
  ["params", "path"],
  ["headers", "header"],
]);

/** A refusal that names every offending field of a body, query, path or header, at most twenty. */
export function invalidRequest(found: readonly Found[], where: string | undefined, locale: Locale): Refusal {
  const byField = new Map<string, string>();
  for (const error of worthTelling(found)) {
    const field = fieldOf(error, where);
    if (!byField.has(field)) byField.set(field, sentenceOf(error)[locale]);
    if (byField.size === limits.validationErrorsMax) break;
  }
  return {
    code: "request_invalid",
    facts: {},
    errors: [...byField].map(([field, problem]) => ({ field, problem })),
  };
}

/** A refusal about one field, in words given by the caller. */
export function invalidField(field: string, words: Sentences, locale: Locale): Refusal {
  return { code: "request_invalid", facts: {}, errors: [{ field, problem: words[locale] }] };
}

/** "This or null" fails as three errors, of which only the one about "this" helps. */
function worthTelling(found: readonly Found[]): readonly Found[] {
  const helpful = found.filter(
    (error) =>
      !["anyOf", "oneOf", "if"].includes(error.keyword) &&
      !(error.keyword === "type" && error.params["type"] === "null"),
  );
  return helpful.length > 0 ? helpful : found;
}

function fieldOf(error: Found, where: string | undefined): string {
  const { missingProperty, additionalProperty } = error.params as Record<string, unknown>;
  const last = missingProperty ?? additionalProperty;
  const steps = error.instancePath
    .split("/")
    .slice(1)
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
  if (typeof last === "string") steps.push(last);
  const path = steps
    .map((step, index) => (/^\d+$/.test(step) ? `[${step}]` : index === 0 ? step : `.${step}`))
    .join("");
  const prefix = whereNames.get(where ?? "");
  const name = prefix === undefined ? path || "body" : `${prefix}.${path}`;
  return name.length > 120 ? `${name.slice(0, 120)}…` : name;
}

function sentenceOf(error: Found): Sentences {
  const known = sentences.get(error.keyword);
  if (known !== undefined) return known(error.params as Record<string, unknown>);
  return { zh: "不符合约定。", en: `${error.message ?? "does not match the contract"}.` };
}

function typeSentence(type: string): Sentences {
  const name = typeNames.get(type) ?? { zh: type, en: type };
  return { zh: `应为${name.zh}。`, en: `must be ${name.en}.` };
}

function oneOf(values: unknown): Sentences {
  const list = (Array.isArray(values) ? values : []).map((value) => JSON.stringify(value));
  return list.length === 1
    ? { zh: `只能是 ${list[0]}。`, en: `must be ${list[0]}.` }
    : { zh: `只能是以下之一：${list.join("、")}。`, en: `must be one of ${list.join(", ")}.` };
}
