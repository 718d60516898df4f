// Reads every log call and refuses fields that may hold what must never be written down: the redaction in
// server/platform/log.ts is the second wall, this is the first.
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

/** A log call that names something it must not. */
export type BannedLogCall = Readonly<{ file: string; line: number; name: string }>;

const levels = new Set(["trace", "debug", "info", "warn", "error", "fatal"]);
const logNames = /(^|\.)(log|logger)$/;
const banned =
  /^(payerCode|authCode|auth_code|code39|cardNumber|cardNo|pan|cvv2?|track2?|pin|pinBlock|password|passphrase|secret|\w*Secret|privateKey|\w*PrivateKey|masterKey|apiKey|token|\w*Token|authorization|cookie|setCookie|signature|sign|phone|phoneNumber|mobile|idNumber|idCard|headers|rawHeaders|body|rawBody)$/;

/** The banned names in the log calls of one file's text. */
export function bannedLogCalls(file: string, text: string): readonly BannedLogCall[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, false);
  const found: BannedLogCall[] = [];
  const look = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && isLogCall(node, source)) {
      for (const argument of node.arguments) {
        for (const name of namesIn(argument).filter((candidate) => banned.test(candidate))) {
          const { line } = source.getLineAndCharacterOfPosition(argument.getStart(source));
          found.push({ file, line: line + 1, name });
        }
      }
    }
    ts.forEachChild(node, look);
  };
  look(source);
  return found;
}

/** The banned log calls of the product. */
export function lintLogCalls(root: string): readonly BannedLogCall[] {
  const exclude = (name: string): boolean => /(^|\/)(node_modules|dist)(\/|$)|\.test\.ts$/.test(name);
  const files = globSync("{server,sandbox,cli}/**/*.ts", { cwd: root, exclude });
  return files.flatMap((file) => bannedLogCalls(file, readFileSync(join(root, file), "utf8")));
}

function isLogCall(node: ts.CallExpression, source: ts.SourceFile): boolean {
  const callee = node.expression;
  if (!ts.isPropertyAccessExpression(callee) || !levels.has(callee.name.text)) return false;
  return logNames.test(callee.expression.getText(source).replaceAll("?", ""));
}

/** What a value shows of itself in a log line: its fields, spread values, and what a template puts into the text. */
function namesIn(node: ts.Node): readonly string[] {
  if (ts.isIdentifier(node)) return [node.text];
  if (ts.isPropertyAccessExpression(node)) return [node.name.text];
  if (ts.isObjectLiteralExpression(node)) return node.properties.flatMap(namesInProperty);
  if (ts.isTemplateExpression(node)) return node.templateSpans.flatMap((span) => namesIn(span.expression));
  if (ts.isBinaryExpression(node)) return [...namesIn(node.left), ...namesIn(node.right)];
  if (ts.isArrayLiteralExpression(node)) return node.elements.flatMap(namesIn);
  return [];
}

function namesInProperty(property: ts.ObjectLiteralElementLike): readonly string[] {
  if (ts.isSpreadAssignment(property)) return namesIn(property.expression);
  const own = property.name !== undefined && "text" in property.name ? [property.name.text] : [];
  return ts.isPropertyAssignment(property) ? [...own, ...namesIn(property.initializer)] : own;
}
