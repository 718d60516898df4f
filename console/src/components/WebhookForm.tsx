// A new endpoint, and its secret, which is shown this once.
import { useMutation } from "@tanstack/react-query";
import { Button, Input, Select } from "antd";
import { useState } from "react";
import type { Merchant } from "@huiyin/contract/api/merchants.ts";
import type { CreateWebhookEndpoint, WebhookEndpointWithSecret } from "@huiyin/contract/api/webhooks.ts";
import { post } from "../api.ts";
import { useLanguage } from "../language.ts";
import { addressProblem } from "../webhookWords.ts";
import { IdText } from "./IdText.tsx";
import { ProblemNotice } from "./Problem.tsx";

type FormProperties = Readonly<{
  merchants: readonly Merchant[];
  onEnd: (made: WebhookEndpointWithSecret | null) => void;
}>;

export function WebhookForm({ merchants, onEnd }: FormProperties) {
  const { t, pick } = useLanguage();
  const [chosen, setChosen] = useState<string | null>(null);
  const merchantId = chosen ?? merchants[0]?.id ?? "";
  const [url, setUrl] = useState("");
  const [description, setDescription] = useState("");
  const add = useMutation({
    mutationFn: () => {
      const wanted: CreateWebhookEndpoint = { merchantId, url: url.trim(), description: description.trim() };
      return post<WebhookEndpointWithSecret>("/webhook-endpoints", wanted);
    },
    onSuccess: onEnd,
    // Its answer has a secret: kept nowhere but on this page.
    gcTime: 0,
  });
  const problem = addressProblem(url);
  const complete = merchantId !== "" && problem === "none";
  return (
    <form
      className="panel-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (complete && !add.isPending) add.mutate();
      }}
    >
      <label>
        <span>{t("merchants")}</span>
        <Select
          aria-label={t("merchants")}
          value={merchantId}
          onChange={setChosen}
          options={merchants.map(({ id, names }) => ({ value: id, label: pick(names) }))}
        />
      </label>
      <label>
        <span>{t("webhookUrl")}</span>
        <Input
          value={url}
          maxLength={2_048}
          placeholder="https://shop.example.com/huiyin"
          onChange={(event) => setUrl(event.target.value)}
        />
      </label>
      <label>
        <span>{t("webhookDescription")}</span>
        <Input value={description} maxLength={200} onChange={(event) => setDescription(event.target.value)} />
      </label>
      {problem !== "none" && <p className="quiet hint">{t(problem)}</p>}
      {add.error && <ProblemNotice error={add.error} />}
      <div className="button-row">
        <Button type="primary" htmlType="submit" disabled={!complete} loading={add.isPending}>
          {t("save")}
        </Button>
        <Button onClick={() => onEnd(null)}>{t("cancel")}</Button>
      </div>
    </form>
  );
}

/** The secret until somebody says that it is kept: then it is gone from the page too. */
export function SecretNotice({ secret, onKept }: { secret: string; onKept: () => void }) {
  const { t } = useLanguage();
  return (
    <div className="notice notice-person notice-apart" role="status">
      <strong>{t("webhookSecretOnce")}</strong>
      <p>
        <IdText id={secret} whole="yes" />
      </p>
      <Button onClick={onKept}>{t("webhookSecretKept")}</Button>
    </div>
  );
}
