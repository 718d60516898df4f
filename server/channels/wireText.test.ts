import assert from "node:assert/strict";
import { test } from "node:test";
import { wireText } from "./wireText.ts";

for (const [contentType, text] of [
  ["text/html; charset=GBK", "你好"],
  ["text/html;charset=gb2312", "你好"],
  ['text/html; charset="gb18030"', "你好"],
  ["text/html; charset=utf-8", "\ufffd\ufffd\ufffd"],
  ["text/html; charset=nonsense", "\ufffd\ufffd\ufffd"],
] as const) {
  test(`a body of ${contentType} becomes the text it says`, () => {
    const body = Buffer.from("c4e3bac3", "hex");
    assert.equal(wireText({ headers: { "content-type": contentType }, body }), text);
  });
}

test("a body of no content type is UTF-8", () => {
  assert.equal(wireText({ headers: {}, body: Buffer.from("到账") }), "到账");
});
