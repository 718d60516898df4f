// The printed codes of a merchant's stores: made, shown to be printed, and taken out of use.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Input, QRCode } from "antd";
import { useId, useState } from "react";
import { createPortal } from "react-dom";
import type { MerchantDetail, Store } from "@huiyin/contract/api/merchants.ts";
import type { StoreCode } from "@huiyin/contract/api/storeCodes.ts";
import { get, patch, post } from "../api.ts";
import { useLanguage } from "../language.ts";
import type { ListOf } from "../views.ts";
import { ProblemNotice, Waiting } from "./Problem.tsx";
import { Dot } from "./State.tsx";

const queryKey = (storeId: string) => ["printedCodes", storeId];

export function PrintedCodes({ merchant }: { merchant: MerchantDetail }) {
  const { t } = useLanguage();
  if (merchant.stores.length === 0) return null;
  return (
    <section className="card">
      <h2>{t("printedCodes")}</h2>
      <p className="quiet">{t("printedCodesExplain")}</p>
      {merchant.stores.map((store) => (
        <OfStore key={store.id} merchant={merchant} store={store} />
      ))}
    </section>
  );
}

type OfStoreProperties = Readonly<{ merchant: MerchantDetail; store: Store }>;

function OfStore({ merchant, store }: OfStoreProperties) {
  const { t, pick } = useLanguage();
  const [adding, setAdding] = useState(false);
  const codes = useQuery({
    queryKey: queryKey(store.id),
    queryFn: () => get<ListOf<StoreCode>>(`/stores/${store.id}/codes`, { merchantId: merchant.id }),
  });
  return (
    <>
      <div className="card-head">
        <strong>{pick(store.names)}</strong>
        {!adding && <Button onClick={() => setAdding(true)}>{t("printedCodeAdd")}</Button>}
      </div>
      {adding && <CodeForm merchantId={merchant.id} storeId={store.id} onEnd={() => setAdding(false)} />}
      {codes.isPending && <Waiting>{t("loading")}</Waiting>}
      {codes.error && <ProblemNotice error={codes.error} onRetry={() => void codes.refetch()} />}
      {codes.data?.items.length === 0 && <p className="quiet">{t("printedCodesNone")}</p>}
      {codes.data?.items.map((code) => (
        <Code key={code.id} code={code} shop={pick(merchant.names)} store={pick(store.names)} />
      ))}
    </>
  );
}

function CodeForm({
  merchantId,
  storeId,
  onEnd,
}: {
  merchantId: string;
  storeId: string;
  onEnd: () => void;
}) {
  const { t } = useLanguage();
  const queries = useQueryClient();
  const [label, setLabel] = useState("");
  const unnamed = label.trim() === "";
  const hintId = useId();
  const make = useMutation({
    mutationFn: () => post<StoreCode>(`/stores/${storeId}/codes`, { merchantId, label: label.trim() }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: queryKey(storeId) });
      onEnd();
    },
  });
  return (
    <form
      className="filters"
      onSubmit={(event) => {
        event.preventDefault();
        if (!unnamed && !make.isPending) make.mutate();
      }}
    >
      <Input
        autoFocus
        maxLength={40}
        value={label}
        aria-label={t("printedCodeLabel")}
        aria-describedby={hintId}
        placeholder={t("printedCodeLabelHint")}
        onChange={(event) => setLabel(event.target.value)}
      />
      <Button type="primary" htmlType="submit" disabled={unnamed} loading={make.isPending}>
        {t("save")}
      </Button>
      <Button onClick={onEnd}>{t("cancel")}</Button>
      <span id={hintId} className="quiet hint">
        {unnamed && t("printedCodeLabelFirst")}
      </span>
      {make.error && <ProblemNotice error={make.error} />}
    </form>
  );
}

type CodeProperties = Readonly<{ code: StoreCode; shop: string; store: string }>;

function Code({ code, shop, store }: CodeProperties) {
  const { t } = useLanguage();
  const queries = useQueryClient();
  const [shown, setShown] = useState(false);
  const enabled = code.state === "enabled";
  const change = useMutation({
    mutationFn: () =>
      patch<StoreCode>(`/store-codes/${code.id}`, {
        merchantId: code.merchantId,
        state: enabled ? "disabled" : "enabled",
      }),
    onSuccess: () => queries.invalidateQueries({ queryKey: queryKey(code.storeId) }),
  });
  return (
    <div className="remedy">
      <div>
        <strong>{code.label}</strong>
        <Dot tone={enabled ? "paid" : "unpaid"}>
          {t(enabled ? "printedCodeEnabled" : "printedCodeDisabled")}
        </Dot>
        {shown && (
          <div className="printed-code">
            <QRCode value={code.url} type="svg" size={180} color="#000" bgColor="#fff" />
            <a href={code.url} target="_blank" rel="noreferrer">
              {t("printedCodeOpen")}
            </a>
            <Button onClick={() => window.print()}>{t("printedCodePrint")}</Button>
            <Sheet code={code} shop={shop} store={store} />
          </div>
        )}
        {change.error && <ProblemNotice error={change.error} />}
      </div>
      <div className="button-row">
        {enabled && (
          <Button onClick={() => setShown(!shown)}>
            {shown ? t("printedCodeHide") : t("printedCodeShow")}
          </Button>
        )}
        <Button loading={change.isPending} onClick={() => change.mutate()}>
          {enabled ? t("printedCodeDisable") : t("printedCodeEnable")}
        </Button>
      </div>
    </div>
  );
}

/** What the printer gets, and nothing else of the page: it is seen on paper alone. */
function Sheet({ code, shop, store }: CodeProperties) {
  const { t } = useLanguage();
  return createPortal(
    <div className="print-sheet" aria-hidden="true">
      <h1>{shop}</h1>
      <p>{store}</p>
      <QRCode
        value={code.url}
        type="svg"
        size={360}
        color="#000"
        bgColor="#fff"
        bordered={false}
        errorLevel="Q"
      />
      <p>{t("printedCodeScan")}</p>
      <small>{code.label}</small>
    </div>,
    document.body,
  );
}
