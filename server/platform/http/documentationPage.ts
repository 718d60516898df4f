// The page behind /docs: every operation and every error, rendered here, with nothing to load and no script.
import type { Locale } from "@huiyin/contract/words.ts";
import type { OpenApiDocument, Operation } from "./openApi.ts";
import type { ErrorTable } from "./problem.ts";

const words = {
  title: { zh: "接口文档", en: "API reference" },
  operations: { zh: "接口", en: "Operations" },
  errors: { zh: "错误码", en: "Errors" },
  fields: { zh: "参数", en: "Parameters" },
  body: { zh: "请求正文", en: "Request body" },
  answer: { zh: "成功应答", en: "Answer" },
  access: { zh: "凭证", en: "Credentials" },
  open: { zh: "无需凭证", en: "none needed" },
  document: { zh: "完整的 OpenAPI 3.1 文档", en: "The whole OpenAPI 3.1 document" },
  next: { zh: "怎么办", en: "What to do" },
} as const;

/** One HTML page in the language of the reader. */
export function documentationPage(document: OpenApiDocument, errors: ErrorTable, locale: Locale): string {
  const sections = Object.entries(document.paths)
    .sort(([left], [right]) => left.localeCompare(right))
    .flatMap(([path, operations]) =>
      Object.entries(operations).map(([method, operation]) =>
        operationSection(method, path, operation, locale),
      ),
    );
  const rows = Object.entries(errors).map(
    ([code, error]) =>
      `<tr id="${escape(code)}"><td><code>${escape(code)}</code></td><td>${error.status}</td><td>${escape(error.retry)}</td>` +
      `<td>${escape(error.title[locale])}<br><small>${escape(error.next[locale])}</small></td></tr>`,
  );
  const title = `${document.info.title} ${words.title[locale]}`;
  return `<!doctype html>
<html lang="${locale === "zh" ? "zh-CN" : "en"}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>${escape(title)}</title><style>${style}</style></head>
<body><main><h1>${escape(title)} <small>${escape(document.info.version)}</small></h1>
<p>${escape(document.info.description ?? "")}</p><p><a href="/openapi.json">${words.document[locale]}</a></p>
<h2>${words.operations[locale]}</h2>${sections.join("\n")}
<h2>${words.errors[locale]}</h2><table><tr><th>code</th><th>status</th><th>retry</th><th>${words.next[locale]}</th></tr>
${rows.join("\n")}</table></main></body></html>`;
}

function operationSection(method: string, path: string, operation: Operation, locale: Locale): string {
  const access =
    (operation.security ?? []).flatMap((scheme) => Object.keys(scheme)).join(" · ") || words.open[locale];
  const parameters = (operation.parameters ?? []).map(
    ({ name, in: place, required, description, schema }) =>
      `<li><code>${escape(name)}</code> <small>${escape(place)}${required === true ? " *" : ""}</small> ${escape(description ?? describeSchema(schema))}</li>`,
  );
  const body = Object.values(operation.requestBody?.content ?? {})[0]?.schema;
  const answer = successSchema(operation);
  return `<details><summary><b class="${escape(method)}">${escape(method.toUpperCase())}</b> <code>${escape(path)}</code>
<span>${escape(operation.summary ?? "")}</span></summary>
${operation.description === undefined ? "" : `<p>${escape(operation.description)}</p>`}
<p>${words.access[locale]}: ${escape(access)}</p>
${parameters.length === 0 ? "" : `<h4>${words.fields[locale]}</h4><ul>${parameters.join("")}</ul>`}
${body === undefined ? "" : `<h4>${words.body[locale]}</h4><pre>${escape(JSON.stringify(body, null, 2))}</pre>`}
${answer === undefined ? "" : `<h4>${words.answer[locale]}</h4><pre>${escape(JSON.stringify(answer, null, 2))}</pre>`}</details>`;
}

function successSchema(operation: Operation): unknown {
  const [, response] = Object.entries(operation.responses).find(([status]) => status.startsWith("2")) ?? [];
  const { content = {} } = (response ?? {}) as { content?: Record<string, { schema: unknown }> };
  return Object.values(content)[0]?.schema;
}

function describeSchema(schema: unknown): string {
  const { type, enum: values } = (schema ?? {}) as { type?: string; enum?: unknown[] };
  return values === undefined ? (type ?? "") : values.join(" | ");
}

function escape(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

const style = `
:root{color-scheme:light dark;--line:#8884}
body{font:16px/1.6 system-ui,"Noto Sans SC Variable","Noto Sans SC",sans-serif;margin:0}
main{max-width:56rem;margin:0 auto;padding:2rem 1rem}
code,pre{font-family:ui-monospace,monospace;font-size:.875em}
details{border:1px solid var(--line);border-radius:8px;margin:.5rem 0;padding:.5rem 1rem}
summary{cursor:pointer}summary span{opacity:.75}summary b{display:inline-block;min-width:4rem;color:#0f766e}
pre{overflow:auto;padding:1rem;background:#8881;border-radius:8px;max-height:24rem}
table{border-collapse:collapse;width:100%}td,th{border-bottom:1px solid var(--line);padding:.5rem;text-align:left;vertical-align:top}
tr:target{background:#0f766e33}`;
