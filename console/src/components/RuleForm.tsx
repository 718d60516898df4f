// One routing rule: which payments it is about, and how they are shared out among the accounts.
import { Button, Checkbox, Input, Select } from "antd";
import { useState } from "react";
import type { Store } from "@huiyin/contract/api/merchants.ts";
import { useLanguage } from "../language.ts";
import {
  draftOf,
  emptyRule,
  ruleOf,
  ruleProblems,
  type Rule,
  type RuleDraft,
  type RuleProblem,
  type RuleProblems,
} from "../ruleDraft.ts";
import { Field } from "./Field.tsx";

const problemTexts = {
  missing: "fieldMissing",
  nameTaken: "ruleNameTaken",
  noTime: "ruleNoTime",
  amount: "ruleAmountWrong",
  amountsTurned: "ruleAmountsTurned",
  weight: "ruleWeightWrong",
  noTarget: "ruleNoTarget",
} as const satisfies Record<RuleProblem, string>;

type Change = (part: Partial<RuleDraft>) => void;
type ProblemOf = (field: keyof RuleProblems) => string | undefined;
type PartProperties = Readonly<{ draft: RuleDraft; change: Change; problem: ProblemOf }>;

type FormProperties = Readonly<{
  /** The one that changes; null adds one. */
  rule: Rule | null;
  /** Of the other rules. */
  names: readonly string[];
  stores: readonly Store[];
  routes: readonly string[];
  onTake: (rule: Rule) => void;
  onEnd: () => void;
}>;

export function RuleForm({ rule, names, stores, routes, onTake, onEnd }: FormProperties) {
  const { t, pick } = useLanguage();
  const [draft, setDraft] = useState(rule === null ? emptyRule : draftOf(rule));
  const [tried, setTried] = useState<"yes" | "no">("no");
  const problems = ruleProblems(draft, names);
  const change: Change = (part) => setDraft({ ...draft, ...part });
  const problem: ProblemOf = (field) => {
    const found = problems[field];
    // Nothing is called missing before somebody meant to be done.
    const early = tried === "no" && (found === "missing" || found === "noTarget");
    return found === undefined || early ? undefined : t(problemTexts[found]);
  };
  return (
    <form
      className="panel-form channel-form"
      onSubmit={(event) => {
        event.preventDefault();
        setTried("yes");
        if (Object.keys(problems).length === 0) return onTake(ruleOf(draft));
        const form = event.currentTarget;
        requestAnimationFrame(() => form.querySelector<HTMLElement>("[aria-invalid=true]")?.focus());
      }}
    >
      <Field label={t("ruleName")} hint={t("ruleNameHint")} problem={problem("name")}>
        {(tie) => (
          <Input
            {...tie}
            value={draft.name}
            maxLength={64}
            onChange={(event) => change({ name: event.target.value })}
          />
        )}
      </Field>
      <Field label={t("ruleStores")}>
        {({ id }) => (
          <Select<string[]>
            id={id}
            aria-label={t("ruleStores")}
            mode="multiple"
            allowClear
            optionFilterProp="label"
            placeholder={t("ruleStoresAll")}
            value={[...draft.storeIds]}
            onChange={(storeIds) => change({ storeIds })}
            options={stores.map(({ id: value, names: both }) => ({ value, label: pick(both) }))}
          />
        )}
      </Field>
      <Methods {...{ draft, change, problem }} />
      <Amounts {...{ draft, change, problem }} />
      <Times {...{ draft, change, problem }} />
      <Weights {...{ draft, change, problem, routes }} />
      <div className="button-row">
        <Button type="primary" htmlType="submit">
          {t("ruleTake")}
        </Button>
        <Button onClick={onEnd}>{t("cancel")}</Button>
      </div>
    </form>
  );
}

function Methods({ draft, change }: PartProperties) {
  const { t } = useLanguage();
  return (
    <fieldset className="plain-fieldset">
      <legend>{t("ruleMethods")}</legend>
      <Checkbox.Group<RuleDraft["methods"][number]>
        value={[...draft.methods]}
        onChange={(methods) => change({ methods })}
        options={[
          { value: "payerCode", label: t("ruleMethodPayerCode") },
          { value: "shownCode", label: t("ruleMethodShownCode") },
        ]}
      />
      <div className="quiet">{t("ruleMethodsHint")}</div>
    </fieldset>
  );
}

const amountFields = { amountMin: "ruleAmountMin", amountMax: "ruleAmountMax" } as const;

function Amounts({ draft, change, problem }: PartProperties) {
  const { t } = useLanguage();
  return (
    <div className="pair">
      {(["amountMin", "amountMax"] as const).map((field) => (
        <Field key={field} label={t(amountFields[field])} hint={t("ruleAmountHint")} problem={problem(field)}>
          {(tie) => (
            <Input
              {...tie}
              inputMode="decimal"
              value={draft[field]}
              maxLength={16}
              onChange={(event) => change({ [field]: event.target.value })}
            />
          )}
        </Field>
      ))}
    </div>
  );
}

const timeFields = { from: "ruleFrom", to: "ruleTo" } as const;

function Times({ draft, change, problem }: PartProperties) {
  const { t } = useLanguage();
  return (
    <>
      <div className="pair">
        {(["from", "to"] as const).map((field) => (
          <Field
            key={field}
            label={t(timeFields[field])}
            problem={field === "to" ? problem(field) : undefined}
          >
            {(tie) => (
              <input
                {...tie}
                type="time"
                value={draft[field]}
                onChange={(event) => change({ [field]: event.target.value.slice(0, 5) })}
              />
            )}
          </Field>
        ))}
      </div>
      <p className="quiet hint">{t("ruleTimesHint")}</p>
    </>
  );
}

function Weights({
  draft,
  change,
  problem,
  routes,
}: PartProperties & Readonly<{ routes: readonly string[] }>) {
  const { t } = useLanguage();
  // An account that is gone from the list stays visible as long as the rule names it.
  const named = [...new Set([...routes, ...Object.keys(draft.weights)])];
  const none = problem("targets");
  return (
    <fieldset className="plain-fieldset">
      <legend>{t("ruleWeights")}</legend>
      <div className="quiet">{t("ruleWeightsHint")}</div>
      <div className="pair">
        {named.map((route, index) => (
          <Field
            key={route}
            label={t("ruleWeight", { route })}
            problem={problem(`weight:${route}`) ?? (index === 0 ? none : undefined)}
          >
            {(tie) => (
              <Input
                {...tie}
                inputMode="numeric"
                maxLength={4}
                value={draft.weights[route] ?? ""}
                onChange={(event) => change({ weights: { ...draft.weights, [route]: event.target.value } })}
              />
            )}
          </Field>
        ))}
      </div>
    </fieldset>
  );
}
