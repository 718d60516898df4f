// A new store of a merchant: its number goes to the channel, its names to receipts.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Input } from "antd";
import { useState } from "react";
import type { CreateStore, Store } from "@huiyin/contract/api/merchants.ts";
import { post } from "../api.ts";
import { useLanguage } from "../language.ts";
import { ProblemNotice } from "./Problem.tsx";

const fields = ["no", "zh", "en", "address"] as const;
const labels = { no: "storeNo", zh: "storeNameZh", en: "storeNameEn", address: "storeAddress" } as const;

export function StoreForm({ merchantId, onEnd }: { merchantId: string; onEnd: () => void }) {
  const { t } = useLanguage();
  const queries = useQueryClient();
  const [typed, setTyped] = useState({ no: "", zh: "", en: "", address: "" });
  const add = useMutation({
    mutationFn: () => {
      const { no, zh, en, address } = typed;
      const store: CreateStore = { no: no.trim(), names: { zh, en }, address };
      return post<Store>(`/merchants/${merchantId}/stores`, store);
    },
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["merchant", merchantId] });
      onEnd();
    },
  });
  const complete = fields.every((field) => typed[field].trim() !== "");
  return (
    <form
      className="panel-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (complete && !add.isPending) add.mutate();
      }}
    >
      {fields.map((field) => (
        <label key={field}>
          <span>{t(labels[field])}</span>
          <Input
            value={typed[field]}
            maxLength={field === "no" ? 32 : field === "address" ? 200 : 64}
            onChange={(event) => setTyped({ ...typed, [field]: event.target.value })}
          />
        </label>
      ))}
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
