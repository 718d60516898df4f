// The accounts of a merchant at one channel: the first one, and others with names of their own.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Button, Input } from "antd";
import { useState } from "react";
import type { AccountRoute } from "@huiyin/contract/api/routing.ts";
import { put } from "../api.ts";
import type { ChannelView } from "../channelConfig.ts";
import { useLanguage } from "../language.ts";
import { AccountForm, ChangedAccountForm } from "./AccountForm.tsx";
import { Field } from "./Field.tsx";
import { Moment } from "./Moment.tsx";
import { ProblemNotice } from "./Problem.tsx";
import { Dot } from "./State.tsx";

/** As many as the platform takes at one channel. */
const accountsMax = 8;

type AccountsProperties = Readonly<{
  path: string;
  channel: ChannelView;
  accounts: readonly AccountRoute[];
}>;

export function Accounts({ path, channel, accounts }: AccountsProperties) {
  const { t } = useLanguage();
  const [form, setForm] = useState<AccountRoute | "none" | "new">("none");
  const taken = accounts.map(({ route }) => route);
  const shared = { path, channel, taken, onEnd: () => setForm("none") };
  const full = accounts.length >= accountsMax;
  return (
    <section className="card">
      <div className="card-head">
        <h2>{t("accounts")}</h2>
        {form === "none" && !full && <Button onClick={() => setForm("new")}>{t("accountAdd")}</Button>}
      </div>
      <p className="quiet">{t("accountsExplain")}</p>
      {full && <p className="quiet hint">{t("accountsFull")}</p>}
      {accounts.map((account) => (
        <AccountLine key={account.route} {...{ path, account }} onChange={() => setForm(account)} />
      ))}
      {form === "new" && <AccountForm {...shared} stored={null} />}
      {typeof form === "object" && <ChangedAccountForm key={form.route} {...shared} route={form.route} />}
    </section>
  );
}

type LineProperties = Readonly<{ path: string; account: AccountRoute; onChange: () => void }>;

function AccountLine({ path, account, onChange }: LineProperties) {
  const { t } = useLanguage();
  const [switching, setSwitching] = useState(false);
  const { route, state, version, updatedAt } = account;
  const active = state === "active";
  return (
    <article className="remedy" aria-label={route}>
      <div>
        <strong>{route}</strong>
        {route === "main" && <span className="quiet">{t("accountMain")} </span>}
        <Dot tone={active ? "paid" : "unpaid"}>{t(active ? "channelActive" : "channelDisabled")}</Dot>
        <div className="quiet">
          {t("channelVersion", { version })} · <Moment at={updatedAt} />
        </div>
      </div>
      {route !== "main" && !switching && (
        <div className="button-row">
          <Button aria-label={`${t("accountChange")} ${route}`} onClick={onChange}>
            {t("accountChange")}
          </Button>
          <Button
            aria-label={`${t(active ? "channelDisable" : "accountEnable")} ${route}`}
            onClick={() => setSwitching(true)}
          >
            {t(active ? "channelDisable" : "accountEnable")}
          </Button>
        </div>
      )}
      {switching && <Switch {...{ path, account }} onEnd={() => setSwitching(false)} />}
    </article>
  );
}

/** On or off, with the reason that is recorded. Switched on, the channel is asked first. */
function Switch({
  path,
  account,
  onEnd,
}: Readonly<{ path: string; account: AccountRoute; onEnd: () => void }>) {
  const { t } = useLanguage();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [reason, setReason] = useState("");
  const to = account.state === "active" ? "disabled" : "active";
  const change = useMutation({
    mutationFn: () =>
      put<AccountRoute>(`${path}/${account.route}`, { state: to, config: {}, reason: reason.trim() }),
    onSuccess: async () => {
      void message.success(t(to === "active" ? "accountEnabled" : "accountDisabled"));
      await queries.invalidateQueries();
      onEnd();
    },
  });
  return (
    <form
      className="panel-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (reason.trim().length >= 2 && !change.isPending) change.mutate();
      }}
    >
      <Field label={t("changeReason")} hint={reason.trim().length < 2 ? t("reasonFirst") : undefined}>
        {(tie) => (
          <Input
            {...tie}
            value={reason}
            maxLength={200}
            placeholder={t("changeReasonHint")}
            onChange={(event) => setReason(event.target.value)}
          />
        )}
      </Field>
      {change.error && <ProblemNotice error={change.error} />}
      <div className="button-row">
        <Button
          type="primary"
          htmlType="submit"
          disabled={reason.trim().length < 2}
          loading={change.isPending}
        >
          {t(to === "active" ? "accountCheck" : "channelDisable")}
        </Button>
        <Button onClick={onEnd}>{t("cancel")}</Button>
      </div>
    </form>
  );
}
