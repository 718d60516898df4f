// Fee rates: what holds now, what will hold, what held, and a form for the next one. Rates are added, never changed.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Button, Input, Select } from "antd";
import { useState } from "react";
import type { FeeRate, MerchantDetail } from "@huiyin/contract/api/merchants.ts";
import { post } from "../api.ts";
import { fenOfInput } from "../fen.ts";
import { useLanguage } from "../language.ts";
import { productWords } from "../productWords.ts";
import { exactTime, inputTimeMax, timeOfInput } from "../times.ts";
import { ProblemNotice } from "./Problem.tsx";

const feeProductCodes = [
  "alipay",
  "huabei",
  "huabeiInstalment3",
  "huabeiInstalment6",
  "huabeiInstalment12",
  "wechat",
  "unionpay",
] as const satisfies ReadonlyArray<FeeRate["product"]>;

/** Without a rate of their own these cost the merchant’s base rate. */
const costsAsAlipay: ReadonlySet<FeeRate["product"]> = new Set(["huabei", "wechat", "unionpay"] as const);

/** Of other channels than Alipay only those matter at which the merchant has an account, or already has a rate. */
function isShown(product: FeeRate["product"], merchant: MerchantDetail): boolean {
  if (product !== "wechat" && product !== "unionpay") return true;
  return (
    merchant.channelAccounts.some(({ channel }) => channel === product) ||
    merchant.fees.some((rate) => rate.product === product)
  );
}

/** 38 basis points → "0.38%". */
function percent(basisPoints: number): string {
  return `${(basisPoints / 100).toFixed(2)}%`;
}

export function FeeRates({ merchant }: { merchant: MerchantDetail }) {
  const { t, pick } = useLanguage();
  const [adding, setAdding] = useState(false);
  const nowMs = Date.now();
  return (
    <section className="card">
      <div className="card-head">
        <h2>{t("fees")}</h2>
        {!adding && <Button onClick={() => setAdding(true)}>{t("feeAdd")}</Button>}
      </div>
      {adding && <FeeForm merchantId={merchant.id} onEnd={() => setAdding(false)} />}
      <dl className="fees">
        {feeProductCodes
          .filter((product) => isShown(product, merchant))
          .map((product) => {
            const rates = merchant.fees
              .filter((rate) => rate.product === product)
              .toSorted((one, other) => Date.parse(other.validFrom) - Date.parse(one.validFrom));
            const current = rates.find((rate) => Date.parse(rate.validFrom) <= nowMs);
            const future = rates.filter((rate) => Date.parse(rate.validFrom) > nowMs).toReversed();
            return (
              <div key={product}>
                <dt>{pick(productWords(product))}</dt>
                <dd>
                  {current ? (
                    <strong>{percent(current.rateBasisPoints)}</strong>
                  ) : (
                    <span className="quiet">{t(costsAsAlipay.has(product) ? "feeAsAlipay" : "feeNone")}</span>
                  )}
                  {future.map((rate) => (
                    <div key={rate.validFrom}>
                      {percent(rate.rateBasisPoints)}{" "}
                      <span className="quiet">{t("feeFrom", { at: exactTime(rate.validFrom) })}</span>
                    </div>
                  ))}
                  <Past rates={rates.filter((rate) => rate !== current && !future.includes(rate))} />
                </dd>
              </div>
            );
          })}
      </dl>
    </section>
  );
}

function Past({ rates }: { rates: readonly FeeRate[] }) {
  const { t } = useLanguage();
  if (rates.length === 0) return null;
  return (
    <details>
      <summary className="quiet">{t("feePast")}</summary>
      {rates.map((rate) => (
        <div key={rate.validFrom} className="quiet">
          {percent(rate.rateBasisPoints)} {t("feeFrom", { at: exactTime(rate.validFrom) })}
        </div>
      ))}
    </details>
  );
}

const rateBasisPointsMax = 10_000;

function useAddRate(merchantId: string, onAdded: () => void) {
  const { t } = useLanguage();
  const { message } = App.useApp();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (rate: FeeRate) => post(`/merchants/${merchantId}/fees`, rate),
    onSuccess: async () => {
      void message.success(t("feeSaved"));
      await queries.invalidateQueries({ queryKey: ["merchant", merchantId] });
      onAdded();
    },
  });
}

function FeeForm({ merchantId, onEnd }: { merchantId: string; onEnd: () => void }) {
  const { t, pick } = useLanguage();
  const [product, setProduct] = useState<FeeRate["product"]>("alipay");
  const [typed, setTyped] = useState("");
  const [start, setStart] = useState("");
  // A percentage with two decimals is a number of basis points, as an amount of yuan is one of fen.
  const rate = fenOfInput(typed.replace("%", ""));
  const fits = rate !== null && rate <= rateBasisPointsMax;
  const validFrom = timeOfInput(start);
  const add = useAddRate(merchantId, onEnd);
  return (
    <form
      className="panel-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (rate !== null && validFrom !== null) add.mutate({ product, rateBasisPoints: rate, validFrom });
      }}
    >
      <label>
        <span>{t("feeProduct")}</span>
        <Select<FeeRate["product"]>
          aria-label={t("feeProduct")}
          value={product}
          onChange={setProduct}
          options={feeProductCodes.map((value) => ({ value, label: pick(productWords(value)) }))}
        />
      </label>
      <label>
        <span>{t("feeRate")}</span>
        <Input
          inputMode="decimal"
          value={typed}
          placeholder="0.38"
          onChange={(event) => setTyped(event.target.value)}
        />
        {typed !== "" && !fits && <span className="field-problem">{t("feeRateWrong")}</span>}
      </label>
      <label className="filter-time">
        <span>{t("feeStart")}</span>
        <input
          type="datetime-local"
          max={inputTimeMax}
          required
          value={start}
          onChange={(event) => setStart(event.target.value)}
        />
        <span className="quiet">{t("feeStartHint")}</span>
      </label>
      {validFrom === null && <p className="quiet hint">{t("dateFirst")}</p>}
      {add.error && <ProblemNotice error={add.error} />}
      <div className="button-row">
        <Button
          type="primary"
          htmlType="submit"
          disabled={!fits || validFrom === null}
          loading={add.isPending}
        >
          {t("save")}
        </Button>
        <Button onClick={onEnd}>{t("cancel")}</Button>
      </div>
    </form>
  );
}
