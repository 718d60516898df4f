// Planning maintenance: what is shut, when, and what people are told of it in both languages.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Button, Input, Select } from "antd";
import { useState } from "react";
import { channelWords } from "@huiyin/contract/words.ts";
import { maintenanceScopes, type MaintenanceWindow } from "@huiyin/contract/api/maintenance.ts";
import { post } from "../api.ts";
import { useLanguage } from "../language.ts";
import { productWords } from "../productWords.ts";
import { inputTimeMax } from "../times.ts";
import {
  emptyWindow,
  pursesOfScope,
  windowOf,
  windowProblems,
  type WindowDraft,
  type WindowProblem,
} from "../windowDraft.ts";
import { Field } from "./Field.tsx";
import { ProblemNotice } from "./Problem.tsx";

const problemTexts = {
  missing: "fieldMissing",
  endsTooEarly: "windowEndsTooEarly",
  over: "windowAlreadyOver",
  routeName: "windowRouteWrong",
} as const satisfies Record<WindowProblem, string>;

type Change = (part: Partial<WindowDraft>) => void;
type PartProperties = Readonly<{ draft: WindowDraft; change: Change; problem: ProblemOf }>;
/** What is wrong with a field, in words, once sending was tried. */
type ProblemOf = (field: keyof WindowDraft) => string | undefined;

export function WindowForm({ onEnd }: { onEnd: () => void }) {
  const { t } = useLanguage();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [draft, setDraft] = useState(emptyWindow);
  const [tried, setTried] = useState<"yes" | "no">("no");
  const problems = windowProblems(draft, new Date());
  const add = useMutation({
    mutationFn: () => post<MaintenanceWindow>("/maintenance-windows", windowOf(draft)),
    onSuccess: async () => {
      void message.success(t("windowAdded"));
      await queries.invalidateQueries({ queryKey: ["maintenanceWindows"] });
      onEnd();
    },
  });
  const change: Change = (part) => setDraft({ ...draft, ...part });
  const problem: ProblemOf = (field) => {
    const found = problems[field];
    // Nothing is called missing before somebody meant to be done.
    return found === undefined || (tried === "no" && found === "missing")
      ? undefined
      : t(problemTexts[found]);
  };
  return (
    <form
      className="panel-form channel-form"
      onSubmit={(event) => {
        event.preventDefault();
        setTried("yes");
        if (Object.keys(problems).length === 0 && !add.isPending) return add.mutate();
        const form = event.currentTarget;
        // To the first field that is wrong, once it is drawn as such.
        requestAnimationFrame(() => form.querySelector<HTMLElement>("[aria-invalid=true]")?.focus());
      }}
    >
      <WhatIsShut {...{ draft, change, problem }} />
      <Times {...{ draft, change, problem }} />
      <Texts {...{ draft, change, problem }} />
      {add.error && <ProblemNotice error={add.error} />}
      <div className="button-row">
        <Button type="primary" htmlType="submit" loading={add.isPending}>
          {t("windowAdd")}
        </Button>
        <Button onClick={onEnd}>{t("cancel")}</Button>
      </div>
    </form>
  );
}

function WhatIsShut({ draft, change, problem }: PartProperties) {
  const { t, pick } = useLanguage();
  const methods = pursesOfScope[draft.scope] ?? [];
  return (
    <>
      <Field label={t("windowScope")}>
        {({ id }) => (
          <Select<WindowDraft["scope"]>
            id={id}
            aria-label={t("windowScope")}
            value={draft.scope}
            onChange={(scope) => change({ scope, method: "" })}
            options={maintenanceScopes.map((value) => ({
              value,
              label: value === "own" ? t("windowOwn") : pick(channelWords[value]),
            }))}
          />
        )}
      </Field>
      {methods.length > 1 && (
        <Field label={t("windowMethod")}>
          {({ id }) => (
            <Select<WindowDraft["method"]>
              id={id}
              aria-label={t("windowMethod")}
              value={draft.method}
              onChange={(method) => change({ method })}
              options={[
                { value: "", label: t("windowMethodAll") },
                ...methods.map((value) => ({ value, label: pick(productWords(value)) })),
              ]}
            />
          )}
        </Field>
      )}
      {draft.scope !== "own" && (
        <>
          <Field label={t("windowRouteOnly")} hint={t("windowRouteHint")} problem={problem("route")}>
            {(tie) => (
              <Input
                {...tie}
                value={draft.route}
                maxLength={32}
                onChange={(event) => change({ route: event.target.value })}
              />
            )}
          </Field>
          <Field label={t("windowBankOnly")} hint={t("windowBankHint")}>
            {(tie) => (
              <Input
                {...tie}
                value={draft.bank}
                maxLength={32}
                onChange={(event) => change({ bank: event.target.value })}
              />
            )}
          </Field>
        </>
      )}
    </>
  );
}

const timeFields = { from: "windowFrom", to: "windowTo" } as const;

function Times({ draft, change, problem }: PartProperties) {
  const { t } = useLanguage();
  return (["from", "to"] as const).map((field) => (
    <Field key={field} label={t(timeFields[field])} problem={problem(field)}>
      {(tie) => (
        <input
          {...tie}
          type="datetime-local"
          max={inputTimeMax}
          value={draft[field]}
          onChange={(event) => change({ [field]: event.target.value })}
        />
      )}
    </Field>
  ));
}

const textFields = {
  zh: { label: "windowTextZh", example: "windowTextZhHint" },
  en: { label: "windowTextEn", example: "windowTextEnHint" },
} as const;

function Texts({ draft, change, problem }: PartProperties) {
  const { t } = useLanguage();
  return (
    <>
      {(["zh", "en"] as const).map((field) => (
        <Field
          key={field}
          label={t(textFields[field].label)}
          hint={t(textFields[field].example)}
          problem={problem(field)}
        >
          {(tie) => (
            <Input.TextArea
              {...tie}
              value={draft[field]}
              maxLength={500}
              autoSize={{ minRows: 1, maxRows: 4 }}
              onChange={(event) => change({ [field]: event.target.value })}
            />
          )}
        </Field>
      ))}
      <p className="quiet hint">{t("windowTextsExplain")}</p>
    </>
  );
}
