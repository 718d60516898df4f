// A new terminal in a store. A device becomes it with an activation code, which its card gives.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Input, Select } from "antd";
import { useState } from "react";
import type { MerchantDetail } from "@huiyin/contract/api/merchants.ts";
import type { CreateTerminal, Terminal } from "@huiyin/contract/api/terminals.ts";
import type { AnnounceRule } from "@huiyin/contract/events/config.ts";
import { post } from "../api.ts";
import { useLanguage } from "../language.ts";
import { AnnounceChoice } from "./AnnounceRule.tsx";
import { ProblemNotice } from "./Problem.tsx";

export function TerminalForm({ merchant, onEnd }: { merchant: MerchantDetail; onEnd: () => void }) {
  const { t, pick } = useLanguage();
  const queries = useQueryClient();
  const [storeId, setStoreId] = useState(merchant.stores[0]?.id ?? "");
  const [name, setName] = useState("");
  const [no, setNo] = useState("");
  const [announce, setAnnounce] = useState<AnnounceRule>("own");
  const add = useMutation({
    mutationFn: () => {
      const own = { merchantId: merchant.id, storeId, name: name.trim(), no: no.trim() };
      const terminal: CreateTerminal = { ...own, kind: "cashier", announce };
      return post<Terminal>("/terminals", terminal);
    },
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["terminals"] });
      onEnd();
    },
  });
  const complete = storeId !== "" && name.trim() !== "" && no.trim() !== "";
  return (
    <form
      className="panel-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (complete && !add.isPending) add.mutate();
      }}
    >
      <label>
        <span>{t("filterStore")}</span>
        <Select
          aria-label={t("filterStore")}
          value={storeId}
          onChange={setStoreId}
          options={merchant.stores.map(({ id, names }) => ({ value: id, label: pick(names) }))}
        />
      </label>
      <label>
        <span>{t("terminalName")}</span>
        <Input value={name} maxLength={64} onChange={(event) => setName(event.target.value)} />
      </label>
      <label>
        <span>{t("terminalNo")}</span>
        <Input
          value={no}
          maxLength={32}
          placeholder="T0002"
          onChange={(event) => setNo(event.target.value)}
        />
      </label>
      <AnnounceChoice value={announce} onChange={setAnnounce} />
      {!complete && <p className="quiet hint">{t("fillFirst")}</p>}
      {add.error && <ProblemNotice error={add.error} />}
      <div className="button-row">
        <Button type="primary" htmlType="submit" disabled={!complete} loading={add.isPending}>
          {t("save")}
        </Button>
        <Button onClick={onEnd}>{t("cancel")}</Button>
      </div>
    </form>
  );
}
