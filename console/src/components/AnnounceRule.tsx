// Whose money a terminal speaks: one of three, in words, with what it means for printed codes.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Select } from "antd";
import type { Terminal } from "@huiyin/contract/api/terminals.ts";
import { announceRules, type AnnounceRule } from "@huiyin/contract/events/config.ts";
import { patch } from "../api.ts";
import { useLanguage } from "../language.ts";
import type { zh } from "../texts.ts";
import { Field } from "./Field.tsx";
import { ProblemNotice } from "./Problem.tsx";

const words: Readonly<Record<AnnounceRule, Readonly<Record<"name" | "hint", keyof typeof zh>>>> = {
  own: { name: "announceOwn", hint: "announceOwnHint" },
  store: { name: "announceStore", hint: "announceStoreHint" },
  none: { name: "announceNone", hint: "announceNoneHint" },
};

type ChoiceProperties = Readonly<{
  value: AnnounceRule;
  loading?: boolean;
  onChange: (rule: AnnounceRule) => void;
}>;

export function AnnounceChoice({ value, loading = false, onChange }: ChoiceProperties) {
  const { t } = useLanguage();
  return (
    <Field label={t("announce")} hint={t(words[value].hint)}>
      {(tie) => (
        <Select<AnnounceRule>
          {...tie}
          value={value}
          loading={loading}
          disabled={loading}
          onChange={onChange}
          options={announceRules.map((rule) => ({ value: rule, label: t(words[rule].name) }))}
        />
      )}
    </Field>
  );
}

/** The rule of a terminal that exists, changed as soon as another is chosen. */
export function AnnounceRuleOf({ terminal }: { terminal: Terminal }) {
  const queries = useQueryClient();
  const change = useMutation({
    mutationFn: (announce: AnnounceRule) => patch<Terminal>(`/terminals/${terminal.id}`, { announce }),
    onSettled: () => queries.invalidateQueries({ queryKey: ["terminals"] }),
  });
  return (
    <>
      <AnnounceChoice
        value={change.isPending ? change.variables : terminal.announce}
        loading={change.isPending}
        onChange={change.mutate}
      />
      {change.error && <ProblemNotice error={change.error} />}
    </>
  );
}
