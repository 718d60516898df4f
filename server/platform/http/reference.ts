// Reference pages generated from what the code declares: docs/reference is written by a tool that calls these.
import { errors } from "@huiyin/contract/errors/index.ts";
import type { DeclaredError } from "@huiyin/contract/errors/types.ts";
import { openApiDocument } from "./documentation.ts";
import type { HttpApp } from "./typeProvider.ts";

const retryWords: Readonly<Record<DeclaredError["retry"], string>> = {
  never: "不要重试 / do not retry",
  later: "稍后重试 / retry later",
  sameRequest: "原样重试 / retry the same request",
  afterFix: "修改后重试 / retry after correcting it",
  newPayerCode: "换新付款码 / with a fresh payer code",
  queryFirst: "先查询结果 / query the outcome first",
};

/** Text of docs/reference/openapi.json. The application must be ready, with every route registered. */
export function openApiReference(app: HttpApp): string {
  return `${JSON.stringify(openApiDocument(app), null, 2)}\n`;
}

/** Text of docs/reference/errors.md: every declared error in both languages, sorted by code. */
export function errorReference(): string {
  const rows = Object.entries(errors)
    .sort(([left], [right]) => left.localeCompare(right))
    .map(([code, { status, retry, title, next }]) => {
      const cells = [`\`${code}\``, String(status), retryWords[retry], both(title), both(next)];
      return `| ${cells.map(cell).join(" | ")} |`;
    });
  return [
    "# 错误码 / Errors",
    "",
    "由 `contract/errors` 生成，请勿手改。 / Generated from `contract/errors`; do not edit.",
    "",
    "| code | HTTP | 重试 / retry | 含义 / meaning | 怎么办 / what to do |",
    "|---|---|---|---|---|",
    ...rows,
    "",
  ].join("\n");
}

function both({ zh, en }: DeclaredError["title"]): string {
  return `${zh}<br>${en}`;
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("\n", " ");
}
