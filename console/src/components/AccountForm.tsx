// Another account of a merchant at a channel: its name, and the fields that the channel describes. What the channel does
// not accept is not stored; what was typed stays in the form.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Button, Input, Radio } from "antd";
import { useState } from "react";
import { routeNamePattern } from "@huiyin/contract/api/maintenance.ts";
import type { AccountRoute } from "@huiyin/contract/api/routing.ts";
import { ProblemError, put } from "../api.ts";
import { alternativeConfigOf, fieldsOf, problemOf, type ChannelView, type Typed } from "../channelConfig.ts";
import { useLanguage } from "../language.ts";
import { ChannelField } from "./ChannelField.tsx";
import { Field } from "./Field.tsx";
import { ProblemNotice, Waiting } from "./Problem.tsx";

type FormProperties = Readonly<{
  /** Of the merchant’s accounts at the channel, without the name. */
  path: string;
  channel: ChannelView;
  /** The one that changes; null adds one. */
  changed: AccountRoute | null;
  taken: readonly string[];
  onEnd: () => void;
}>;

const routeName = new RegExp(routeNamePattern, "u");

type State = "active" | "disabled";

export function AccountForm({ path, channel, changed, taken, onEnd }: FormProperties) {
  const { t } = useLanguage();
  const [name, setName] = useState(changed?.route ?? "");
  // A changed one keeps its way of connecting until somebody chooses another.
  const [mode, setMode] = useState<string | null>(changed ? null : (channel.modes[0]?.code ?? null));
  const [typed, setTyped] = useState<Typed>({});
  const [reason, setReason] = useState("");
  const kept = changed === null ? "no" : "yes";
  const fields = fieldsOf(channel, mode);
  const config = alternativeConfigOf(channel, mode, { typed, kept });
  const nameProblem = changed ? undefined : nameProblemOf(name.trim(), taken);
  const save = useSaving(`${path}/${name.trim()}`, { config, reason: reason.trim() }, onEnd);
  const found = fields.map(
    (field) => [field, formProblem(problemOf(field, { stored: null, typed }), kept)] as const,
  );
  const complete =
    found.every(([, problem]) => problem === "none") && name.trim() !== "" && nameProblem === undefined;
  const said = reason.trim().length >= 2 && Object.keys(config).length > 0;
  const ready = complete && said && !save.isPending ? "yes" : "no";
  return (
    <form
      className="panel-form channel-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (ready === "yes") save.mutate("active");
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
            disabled={changed !== null}
            onChange={(event) => setName(event.target.value)}
          />
        )}
      </Field>
      {changed && <p className="quiet hint">{t("accountKeep")}</p>}
      <Modes {...{ channel, mode, kept }} onChange={setMode} />
      {found.map(([field, problem]) => (
        <ChannelField
          key={field.key}
          {...{ field, problem }}
          stored={null}
          value={typed[field.key]}
          said={saidOf(save.error, field.key)}
          onChange={(value) => setTyped({ ...typed, [field.key]: value })}
        />
      ))}
      <Ending {...{ reason, setReason, save, ready }} named={complete ? "yes" : "no"} onEnd={onEnd} />
    </form>
  );
}

/** Stores the account; switched on, only once the channel accepts it. */
function useSaving(
  path: string,
  wanted: Readonly<{ config: Record<string, string>; reason: string }>,
  onSaved: () => void,
) {
  const { t } = useLanguage();
  const { message } = App.useApp();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (state: State) => put<AccountRoute>(path, { state, ...wanted }),
    onSuccess: async ({ state }) => {
      void message.success(t(state === "active" ? "accountEnabled" : "accountStored"));
      await queries.invalidateQueries();
      onSaved();
    },
  });
}

type EndingProperties = Readonly<{
  reason: string;
  setReason: (reason: string) => void;
  save: ReturnType<typeof useSaving>;
  /** Whether all but the reason is filled in. */
  named: "yes" | "no";
  ready: "yes" | "no";
  onEnd: () => void;
}>;

function Ending({ reason, setReason, save, named, ready, onEnd }: EndingProperties) {
  const { t } = useLanguage();
  const short = reason.trim().length < 2;
  return (
    <>
      <Field
        label={t("changeReason")}
        hint={named === "no" ? t("fillFirst") : short ? t("reasonFirst") : undefined}
      >
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
        <Button disabled={ready === "no"} onClick={() => save.mutate("disabled")}>
          {t("channelSaveDisabled")}
        </Button>
        <Button onClick={onEnd}>{t("cancel")}</Button>
      </div>
    </>
  );
}

function nameProblemOf(name: string, taken: readonly string[]) {
  if (name === "") return undefined;
  if (!routeName.test(name)) return "accountNameWrong";
  return taken.includes(name) ? "accountNameTaken" : undefined;
}

/** What is stored already may be left empty. */
function formProblem(problem: ReturnType<typeof problemOf>, kept: "yes" | "no") {
  return kept === "yes" && problem === "missing" ? "none" : problem;
}

/** What the platform said of this field when it refused. */
function saidOf(error: Error | null, key: string): string | undefined {
  const errors = error instanceof ProblemError ? error.problem.errors : undefined;
  return errors?.find(({ field }) => field === key || field.endsWith(`/${key}`) || field.endsWith(`.${key}`))
    ?.problem;
}

type ModesProperties = Readonly<{
  channel: ChannelView;
  mode: string | null;
  kept: "yes" | "no";
  onChange: (mode: string | null) => void;
}>;

function Modes({ channel: { modes }, mode, kept, onChange }: ModesProperties) {
  const { t, pick } = useLanguage();
  if (modes.length === 0) return null;
  const chosen = modes.find(({ code }) => code === mode);
  return (
    <fieldset className="plain-fieldset">
      <legend>{t("channelMode")}</legend>
      <Radio.Group
        value={mode ?? ""}
        onChange={(event) => onChange(String(event.target.value) || null)}
        options={[
          ...(kept === "yes" ? [{ value: "", label: t("accountModeKeep") }] : []),
          ...modes.map(({ code, label }) => ({ value: code, label: pick(label) })),
        ]}
      />
      {chosen && <div className="quiet">{pick(chosen.help)}</div>}
    </fieldset>
  );
}
