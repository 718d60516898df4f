// The stores of a merchant, each with its manager's code: whether one is set, and a form to set it.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Input } from "antd";
import { useId, useState } from "react";
import type { MerchantDetail, Store } from "@huiyin/contract/api/merchants.ts";
import type { ManagerCode } from "@huiyin/contract/api/terminals.ts";
import { get, ProblemError, put } from "../api.ts";
import { useLanguage } from "../language.ts";
import { ProblemNotice } from "./Problem.tsx";
import { Dot } from "./State.tsx";
import { StoreForm } from "./StoreForm.tsx";
import { exactTime } from "../times.ts";

export function Stores({ merchant }: { merchant: MerchantDetail }) {
  const { t, pick } = useLanguage();
  const [adding, setAdding] = useState(false);
  return (
    <section className="card">
      <div className="card-head">
        <h2>{t("stores")}</h2>
        {!adding && <Button onClick={() => setAdding(true)}>{t("storeAdd")}</Button>}
      </div>
      {adding && <StoreForm merchantId={merchant.id} onEnd={() => setAdding(false)} />}
      {merchant.stores.length === 0 && <p className="quiet">{t("noStores")}</p>}
      {merchant.stores.length > 0 && <p className="quiet">{t("managerCodeExplain")}</p>}
      {merchant.stores.map((store) => (
        <div key={store.id} className="remedy">
          <div>
            <strong>{pick(store.names)}</strong>
            <div className="quiet">
              {t("storeNo")} {store.no} · {store.address}
            </div>
          </div>
          <Code store={store} />
        </div>
      ))}
    </section>
  );
}

function Code({ store }: { store: Store }) {
  const { t } = useLanguage();
  const [setting, setSetting] = useState(false);
  const code = useQuery({
    queryKey: ["managerCode", store.id],
    queryFn: () => get<ManagerCode>(`/stores/${store.id}/manager-code`),
  });
  const missing = code.error instanceof ProblemError && code.error.problem.status === 404;
  return (
    <div className="manager-code">
      {missing && <Dot tone="broken">{t("managerCodeNone")}</Dot>}
      {code.error && !missing && <ProblemNotice error={code.error} onRetry={() => void code.refetch()} />}
      {code.data && !code.data.lockedUntil && (
        <span className="quiet">
          {t("managerCode")} {t("managerCodeSet", { at: exactTime(code.data.setAt) })}
        </span>
      )}
      {code.data?.lockedUntil && (
        <Dot tone="broken">{t("managerCodeLocked", { at: exactTime(code.data.lockedUntil) })}</Dot>
      )}
      {setting ? (
        <CodeForm store={store} onEnd={() => setSetting(false)} />
      ) : (
        <Button onClick={() => setSetting(true)}>
          {missing ? t("managerCodeSave") : t("managerCodeChange")}
        </Button>
      )}
    </div>
  );
}

function CodeForm({ store, onEnd }: { store: Store; onEnd: () => void }) {
  const { t } = useLanguage();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [code, setCode] = useState("");
  const noteId = useId();
  const save = useMutation({
    mutationFn: () => put(`/stores/${store.id}/manager-code`, { merchantId: store.merchantId, code }),
    onSuccess: async () => {
      void message.success(t("managerCodeSaved"));
      await queries.invalidateQueries({ queryKey: ["managerCode", store.id] });
      onEnd();
    },
  });
  return (
    <form
      className="filters"
      onSubmit={(event) => {
        event.preventDefault();
        if (code.length === 6 && !save.isPending) save.mutate();
      }}
    >
      <Input.Password
        autoFocus
        inputMode="numeric"
        autoComplete="new-password"
        maxLength={6}
        value={code}
        aria-label={t("managerCodeNew")}
        aria-describedby={noteId}
        placeholder={t("managerCodeNew")}
        onChange={(event) => setCode(event.target.value.normalize("NFKC").replaceAll(/\D/g, ""))}
      />
      <Button type="primary" htmlType="submit" disabled={code.length !== 6} loading={save.isPending}>
        {t("save")}
      </Button>
      <Button onClick={onEnd}>{t("cancel")}</Button>
      <span className="quiet" id={noteId}>
        {code.length !== 6 && t("managerCodeShort")}
      </span>
      {save.error && <ProblemNotice error={save.error} />}
    </form>
  );
}
