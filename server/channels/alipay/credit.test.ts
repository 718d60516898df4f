// What goes out about credit, for codes scanned and codes shown alike, and what comes back of it.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { ChargeRequest, CreditTerms } from "../port.ts";
import { alipay } from "./client.ts";
import { account, chargeRequest, gateway, ioWith } from "./fixtures.ts";
import { instalmentsIn } from "./funding.ts";

const allCredit = "pcredit,pcreditpayInstallment,creditCard,creditCardExpress,creditCardCartoon,credit_group";

// what the request says of credit → extend_params, disable_pay_channels as sent
for (const [name, own, extendParams, disabled] of [
  ["nothing said", {}, undefined, undefined],
  ["credit welcome", { creditAcceptance: "accepted" }, undefined, undefined],
  ["credit refused", { creditAcceptance: "refused" }, undefined, allCredit],
  ["3, the payer pays the fee", terms(3, "payer"), { hb_fq_num: "3", hb_fq_seller_percent: "0" }, undefined],
  ["6, the payer pays the fee", terms(6, "payer"), { hb_fq_num: "6", hb_fq_seller_percent: "0" }, undefined],
  [
    "12, the merchant pays the fee",
    terms(12, "merchant"),
    { hb_fq_num: "12", hb_fq_seller_percent: "100" },
    undefined,
  ],
] as ReadonlyArray<readonly [string, Partial<ChargeRequest>, unknown, unknown]>) {
  test(`credit in a request: ${name}`, async () => {
    const sent: Array<ReadonlyMap<string, unknown>> = [];
    const transport = gateway((call) => {
      sent.push(call.content);
      return '{"code":"40004","sub_code":"ACQ.SYSTEM_ERROR"}';
    });
    const request = { ...chargeRequest, ...own };
    await alipay.charge(ioWith(transport), account, request);
    await alipay.precreate(ioWith(transport), account, request);
    assert.equal(sent.length, 2);
    for (const content of sent) {
      assert.deepEqual(content.get("extend_params"), extendParams);
      assert.equal(content.get("disable_pay_channels"), disabled);
      assert.equal(content.has("enable_pay_channels"), false);
    }
  });
}

const paidWith = (fundChannel: string): string =>
  `{"code":"10000","msg":"Success","fund_bill_list":[{"amount":"12.50","fund_channel":"${fundChannel}"}],"out_trade_no":"00000001order1","total_amount":"12.50","trade_no":"t1"}`;

test("Huabei that was asked for in instalments was paid in instalments; another purse was not", async () => {
  for (const [fundChannel, own, source] of [
    ["PCREDIT", terms(3, "payer"), "huabeiInstalment"],
    ["PCREDIT", {}, "huabei"],
    ["ALIPAYACCOUNT", terms(3, "payer"), "balance"],
  ] as const) {
    const io = ioWith(gateway(() => paidWith(fundChannel)));
    const { outcome } = await alipay.charge(io, account, { ...chargeRequest, ...own });
    assert.ok(outcome.kind === "succeeded");
    assert.equal(outcome.fundingSource, source, fundChannel);
  }
});

test("a term is read from an object or its text, and from nothing else", () => {
  for (const [member, count] of [
    [{ user_install_num: "3", fq_amount: "100.00" }, 3],
    [{ user_install_num: 12 }, 12],
    ['{"user_install_num":"6"}', 6],
    [{ user_install_num: "1" }, null],
    [{ user_install_num: "" }, null],
    [{ user_install_num: "six" }, null],
    [{}, null],
    [["3"], null],
    ["3", null],
    [null, null],
    [undefined, null],
  ] as const) {
    assert.equal(instalmentsIn(new Map([["hb_fq_pay_info", member]])), count, JSON.stringify(member));
  }
});

function terms(
  instalments: CreditTerms["instalments"],
  feeBearer: CreditTerms["feeBearer"],
): Partial<ChargeRequest> {
  return { credit: { instalments, feeBearer } };
}
