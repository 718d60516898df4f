// The form of a channel account: fields, a check that moves no money, and only then the switch.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Button, Input, Radio } from "antd";
import { useState } from "react";
import type { ChannelAccountDetail } from "@huiyin/contract/api/channels.ts";
import { put } from "../api.ts";
import { configOf, fieldsOf, modeOf, problemOf, type ChannelView, type Typed } from "../channelConfig.ts";
import { useLanguage } from "../language.ts";
import { ChannelField } from "./ChannelField.tsx";
import { ChannelProbe, useProbe } from "./ChannelProbe.tsx";
import { ProblemNotice, Waiting } from "./Problem.tsx";

type FormProperties = Readonly<{ path: string; channel: ChannelView; stored: ChannelAccountDetail | null }>;

export function ChannelForm({ path, channel, stored }: FormProperties) {
  const { t } = useLanguage();
  const [mode, setMode] = useState(modeOf(channel, stored));
  const [typed, setTyped] = useState<Typed>({});
  const fields = fieldsOf(channel, mode);
  const config = configOf(channel, mode, { stored, typed });
  const complete = fields.every((field) => problemOf(field, { stored, typed }) === "none");
  const { probe, current } = useProbe(path, config);
  return (
    <section className="card">
      <h2>{t("channelFields")}</h2>
      <form
        className="panel-form channel-form"
        onSubmit={(event) => {
          event.preventDefault();
          probe.mutate();
        }}
      >
        <ChannelModes channel={channel} mode={mode} onChange={setMode} />
        {fields.map((field) => (
          <ChannelField
            key={field.key}
            field={field}
            stored={stored}
            value={typed[field.key]}
            problem={problemOf(field, { stored, typed })}
            onChange={(value) => setTyped({ ...typed, [field.key]: value })}
          />
        ))}
        <p className="quiet">{t("channelProbeExplain")}</p>
        <div className="button-row">
          <Button
            type={current === "yes" ? "default" : "primary"}
            htmlType="submit"
            disabled={!complete}
            loading={probe.isPending}
          >
            {t("channelProbe")}
          </Button>
        </div>
      </form>
      {probe.isPending && <Waiting>{t("channelProbing")}</Waiting>}
      {probe.error && <ProblemNotice error={probe.error} />}
      {probe.data && !probe.isPending && (
        <ChannelProbe result={probe.data.result} fields={channel.fields} current={current} />
      )}
      <Saving
        {...{ path, stored, config }}
        proven={current === "yes" && probe.data?.result.outcome === "ready" ? "yes" : "no"}
        complete={complete ? "yes" : "no"}
      />
    </section>
  );
}

type ModesProperties = Readonly<{
  channel: ChannelView;
  mode: string | null;
  onChange: (mode: string) => void;
}>;

export function ChannelModes({ channel, mode, onChange }: ModesProperties) {
  const { t, pick } = useLanguage();
  if (channel.modes.length === 0) return null;
  const chosen = channel.modes.find((one) => one.code === mode);
  return (
    <fieldset className="plain-fieldset">
      <legend>{t("channelMode")}</legend>
      <Radio.Group
        value={mode}
        onChange={(event) => onChange(String(event.target.value))}
        options={channel.modes.map(({ code, label }) => ({ value: code, label: pick(label) }))}
      />
      {chosen && <div className="quiet">{pick(chosen.help)}</div>}
    </fieldset>
  );
}

type SavingProperties = Readonly<{
  path: string;
  stored: ChannelAccountDetail | null;
  config: Record<string, string>;
  /** Whether exactly these settings passed the check. */
  proven: "yes" | "no";
  complete: "yes" | "no";
}>;

function Saving({ path, stored, config, proven, complete }: SavingProperties) {
  const { t } = useLanguage();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [reason, setReason] = useState("");
  const save = useMutation({
    mutationFn: ({
      state,
      changes,
    }: Readonly<{ state: "active" | "disabled"; changes: Record<string, string> }>) =>
      put(path, { state, config: changes, reason: reason.trim() }),
    onSuccess: async () => {
      void message.success(t("channelSaved"));
      await queries.invalidateQueries();
    },
  });
  const active = stored?.state === "active";
  const named = reason.trim().length >= 2 && !save.isPending;
  const changed = Object.keys(config).length > 0;
  return (
    <div className="panel-form channel-saving">
      <label>
        <span>{t("changeReason")}</span>
        <Input
          value={reason}
          maxLength={200}
          placeholder={t("changeReasonHint")}
          onChange={(event) => setReason(event.target.value)}
        />
      </label>
      {reason.trim().length < 2 && <p className="quiet hint">{t("reasonFirst")}</p>}
      {proven === "no" && !active && <p className="quiet hint">{t("channelProbeFirst")}</p>}
      {save.error && <ProblemNotice error={save.error} />}
      <div className="button-row">
        <Button
          type="primary"
          disabled={!named || proven === "no" || (active && !changed)}
          onClick={() => save.mutate({ state: "active", changes: config })}
        >
          {t("channelEnable")}
        </Button>
        {!active && (
          <Button
            disabled={!named || complete === "no" || !changed}
            onClick={() => save.mutate({ state: "disabled", changes: config })}
          >
            {t("channelSaveDisabled")}
          </Button>
        )}
        {active && (
          <Button
            danger
            disabled={!named}
            title={t("channelDisableExplain")}
            onClick={() => save.mutate({ state: "disabled", changes: {} })}
          >
            {t("channelDisable")}
          </Button>
        )}
      </div>
      {active && <span className="quiet">{t("channelDisableExplain")}</span>}
    </div>
  );
}
