// Another account of a merchant at a channel: its name, and the fields that the channel describes. What the channel does
// not accept is not stored; what was typed stays in the form.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Input } from "antd";
import { useState } from "react";
import { routeNamePattern } from "@huiyin/contract/api/maintenance.ts";
import type { AccountRoute, AccountRouteDetail } from "@huiyin/contract/api/routing.ts";
import { accountSteps, sentBy, type AccountStep } from "../accountSteps.ts";
import { ProblemError, get, put } from "../api.ts";
import {
  configOf,
  fieldsOf,
  modeOf,
  problemOf,
  type ChannelView,
  type FieldView,
  type Typed,
} from "../channelConfig.ts";
import { useLanguage } from "../language.ts";
import { ChannelField } from "./ChannelField.tsx";
import { ChannelModes } from "./ChannelForm.tsx";
import { ChannelProbe, useProbe } from "./ChannelProbe.tsx";
import { Field } from "./Field.tsx";
import { ProblemNotice, Waiting } from "./Problem.tsx";

type FormProperties = Readonly<{
  /** Of the merchant’s accounts at the channel, without the name. */
  path: string;
  channel: ChannelView;
  taken: readonly string[];
  onEnd: () => void;
}>;

/** The form of one that exists, once it is known what is stored: secrets stay out of sight, the rest is shown. */
export function ChangedAccountForm({ route, ...form }: FormProperties & Readonly<{ route: string }>) {
  const { t } = useLanguage();
  const path = `${form.path}/${route}`;
  const account = useQuery({
    queryKey: ["accountDetail", path],
    queryFn: () => get<AccountRouteDetail>(path),
  });
  if (account.isPending) return <Waiting>{t("loading")}</Waiting>;
  if (account.error) return <ProblemNotice error={account.error} onRetry={() => void account.refetch()} />;
  // Drawn anew where somebody else changed it: what is shown is what is stored.
  return <AccountForm key={account.data.version} {...form} stored={account.data} />;
}

const routeName = new RegExp(routeNamePattern, "u");

/** `stored`: null adds one. */
export function AccountForm(form: FormProperties & Readonly<{ stored: AccountRouteDetail | null }>) {
  const { path, channel, stored, taken, onEnd } = form;
  const { t } = useLanguage();
  const [name, setName] = useState(stored?.route ?? "");
  const [mode, setMode] = useState(modeOf(channel, stored));
  const [typed, setTyped] = useState<Typed>({});
  const [reason, setReason] = useState("");
  const fields = fieldsOf(channel, mode);
  const config = configOf(channel, mode, { stored, typed });
  const nameProblem = stored ? undefined : nameProblemOf(name.trim(), taken);
  const own = `${path}/${name.trim()}`;
  const { probe, current } = useProbe(own, config);
  const save = useSaving(own, { config, reason: reason.trim() }, onEnd);
  const found = fields.map((field) => [field, problemOf(field, { stored, typed })] as const);
  const complete =
    found.every(([, problem]) => problem === "none") && name.trim() !== "" && nameProblem === undefined;
  const changed = Object.keys(config).length > 0;
  const named = reason.trim().length >= 2 && !save.isPending;
  const ready = named && complete && changed ? "yes" : "no";
  return (
    <form
      className="panel-form channel-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (ready === "yes") save.mutate("enable");
      }}
    >
      <Field label={t("accountName")} hint={t("accountNameHint")} problem={nameProblem && t(nameProblem)}>
        {(tie) => (
          <Input
            {...tie}
            value={name}
            maxLength={32}
            autoComplete="off"
            spellCheck={false}
            disabled={stored !== null}
            onChange={(event) => setName(event.target.value)}
          />
        )}
      </Field>
      {stored && <p className="quiet hint">{t("accountKeep")}</p>}
      <ChannelModes {...{ channel, mode }} onChange={setMode} />
      {found.map(([field, problem]) => (
        <ChannelField
          key={field.key}
          {...{ field, problem, stored }}
          value={typed[field.key]}
          said={saidOf(save.error ?? probe.error, field.key)}
          onChange={(value) => setTyped({ ...typed, [field.key]: value })}
        />
      ))}
      <Check {...{ probe, current, fields }} complete={complete ? "yes" : "no"} />
      <Ending
        {...{ reason, setReason, save, ready, stored }}
        named={named ? "yes" : "no"}
        first={complete ? (changed ? null : "accountUnchanged") : "fillFirst"}
        onEnd={onEnd}
      />
    </form>
  );
}

type CheckProperties = ReturnType<typeof useProbe> &
  Readonly<{ fields: readonly FieldView[]; complete: "yes" | "no" }>;

/** Asks the channel without storing anything: what is in use goes on as it is. */
function Check({ probe, current, fields, complete }: CheckProperties) {
  const { t } = useLanguage();
  return (
    <>
      <div className="button-row">
        <Button disabled={complete === "no"} loading={probe.isPending} onClick={() => probe.mutate()}>
          {t("accountProbe")}
        </Button>
      </div>
      {probe.isPending && <Waiting>{t("channelProbing")}</Waiting>}
      {probe.error && <ProblemNotice error={probe.error} />}
      {probe.data && <ChannelProbe result={probe.data.result} {...{ fields, current }} />}
    </>
  );
}

/** Stores the account; switched on, only once the channel accepts it; switched off, as it is. */
function useSaving(
  path: string,
  wanted: Readonly<{ config: Record<string, string>; reason: string }>,
  onSaved: () => void,
) {
  const { t } = useLanguage();
  const { message } = App.useApp();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (step: AccountStep) =>
      put<AccountRoute>(path, { ...sentBy(step, wanted.config), reason: wanted.reason }),
    onSuccess: async (_, step) => {
      void message.success(t(doneTexts[step]));
      await queries.invalidateQueries();
      onSaved();
    },
  });
}

const doneTexts = {
  enable: "accountEnabled",
  store: "accountStored",
  disable: "accountDisabled",
} as const satisfies Record<AccountStep, string>;

type EndingProperties = Readonly<{
  stored: AccountRouteDetail | null;
  reason: string;
  setReason: (reason: string) => void;
  save: ReturnType<typeof useSaving>;
  /** What has to be done before a reason is of use; null where nothing has. */
  first: "fillFirst" | "accountUnchanged" | null;
  /** Whether a reason is given, and nothing under way. */
  named: "yes" | "no";
  ready: "yes" | "no";
  onEnd: () => void;
}>;

function Ending({ stored, reason, setReason, save, first, named, ready, onEnd }: EndingProperties) {
  const { t } = useLanguage();
  const steps = accountSteps(stored);
  const short = reason.trim().length < 2;
  return (
    <>
      <Field label={t("changeReason")} hint={first ? t(first) : short ? t("reasonFirst") : undefined}>
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
      <p className="quiet hint">{t("accountCheckExplain")}</p>
      {save.isPending && <Waiting>{t("accountChecking")}</Waiting>}
      {save.error && <ProblemNotice error={save.error} />}
      <div className="button-row">
        <Button type="primary" htmlType="submit" disabled={ready === "no"}>
          {t("accountCheck")}
        </Button>
        {steps.includes("store") && (
          <Button disabled={ready === "no"} onClick={() => save.mutate("store")}>
            {t("channelSaveDisabled")}
          </Button>
        )}
        {steps.includes("disable") && (
          <Button
            danger
            disabled={named === "no"}
            title={t("accountDisableExplain")}
            onClick={() => save.mutate("disable")}
          >
            {t("channelDisable")}
          </Button>
        )}
        <Button onClick={onEnd}>{t("cancel")}</Button>
      </div>
      {steps.includes("disable") && <span className="quiet">{t("accountDisableExplain")}</span>}
    </>
  );
}

function nameProblemOf(name: string, taken: readonly string[]) {
  if (name === "") return undefined;
  if (!routeName.test(name)) return "accountNameWrong";
  return taken.includes(name) ? "accountNameTaken" : undefined;
}

/** What the platform said of this field when it refused. */
function saidOf(error: Error | null, key: string): string | undefined {
  const errors = error instanceof ProblemError ? error.problem.errors : undefined;
  return errors?.find(({ field }) => field === key || field.endsWith(`/${key}`) || field.endsWith(`.${key}`))
    ?.problem;
}
