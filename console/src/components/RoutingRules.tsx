// The rules that choose among the accounts of a merchant at a channel: in order, changed in peace, put in force at once.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Input } from "antd";
import { useState } from "react";
import type { MerchantDetail } from "@huiyin/contract/api/merchants.ts";
import type { RoutingPlan } from "@huiyin/contract/api/routing.ts";
import { get, put } from "../api.ts";
import { useLanguage } from "../language.ts";
import { conditionWords, moved, targetWords, type Rule } from "../ruleDraft.ts";
import { exactTime } from "../times.ts";
import { Field } from "./Field.tsx";
import { ProblemNotice, Teaching, Waiting } from "./Problem.tsx";
import { RuleForm } from "./RuleForm.tsx";

type RulesProperties = Readonly<{ merchant: MerchantDetail; channel: string; routes: readonly string[] }>;

/** Changes that are not in force yet, and the version that they were made on. */
type Changed = Readonly<{ rules: readonly Rule[]; on: number }>;
/** The place of the rule in the form; "new" is one more. */
type Editing = number | "new" | null;

export function RoutingRules({ merchant, channel, routes }: RulesProperties) {
  const { t } = useLanguage();
  const [changed, setChanged] = useState<Changed | null>(null);
  const [editing, setEditing] = useState<Editing>(null);
  const path = `/merchants/${merchant.id}/routing/${channel}`;
  const plan = useQuery({
    queryKey: ["routingPlan", path],
    queryFn: () => get<RoutingPlan>(path),
    refetchInterval: 15_000,
  });
  if (plan.isPending) return <Waiting>{t("loading")}</Waiting>;
  if (plan.error) return <ProblemNotice error={plan.error} onRetry={() => void plan.refetch()} />;
  const rules = changed?.rules ?? plan.data.rules;
  const change = (next: readonly Rule[]) => setChanged({ rules: next, on: changed?.on ?? plan.data.version });
  const take = (rule: Rule) => {
    change(typeof editing === "number" ? rules.with(editing, rule) : [...rules, rule]);
    setEditing(null);
  };
  const { stores } = merchant;
  const form = { stores, routes, onTake: take, onEnd: () => setEditing(null) };
  return (
    <section className="card">
      <div className="card-head">
        <h2>{t("rules")}</h2>
        {editing === null && routes.length > 1 && (
          <Button onClick={() => setEditing("new")}>{t("ruleAdd")}</Button>
        )}
      </div>
      <p className="quiet">{t("rulesExplain")}</p>
      {rules.length === 0 && editing === null && <Nothing routes={routes} />}
      <ol className="rule-list">
        {rules.map((rule, index) => (
          <li key={`${rule.name} ${index}`} className="remedy">
            {editing === index ? (
              <RuleForm rule={rule} {...form} />
            ) : (
              <RuleLine {...{ rule, index, rules, stores, change }} onEdit={() => setEditing(index)} />
            )}
          </li>
        ))}
      </ol>
      {rules.length > 0 && <p className="quiet">{t("rulesOtherwise")}</p>}
      {editing === "new" && <RuleForm rule={null} {...form} />}
      {changed === null ? (
        <InForce plan={plan.data} />
      ) : (
        <Putting {...{ path, changed }} plan={plan.data} onEnd={() => setChanged(null)} />
      )}
    </section>
  );
}

function Nothing({ routes }: { routes: readonly string[] }) {
  const { t } = useLanguage();
  return routes.length > 1 ? (
    <Teaching title={t("rulesNone")} hint={t("rulesNoneHint")} />
  ) : (
    <Teaching title={t("rulesOneAccount")} hint={t("rulesOneAccountHint")} />
  );
}

function InForce({ plan: { version, at, reason } }: { plan: RoutingPlan }) {
  const { t } = useLanguage();
  if (version === 0 || at === null) return null;
  return <p className="quiet">{t("rulesVersion", { version, at: exactTime(at), reason: reason ?? "" })}</p>;
}

type LineProperties = Readonly<{
  rule: Rule;
  index: number;
  rules: readonly Rule[];
  stores: MerchantDetail["stores"];
  change: (rules: readonly Rule[]) => void;
  onEdit: () => void;
}>;

function RuleLine({ rule, index, rules, stores, change, onEdit }: LineProperties) {
  const { t, pick } = useLanguage();
  const names = new Map(stores.map(({ id, names: both }) => [id, both]));
  const actions = [
    { text: "ruleUp", off: index === 0, act: () => change(moved(rules, index, -1)) },
    { text: "ruleDown", off: index === rules.length - 1, act: () => change(moved(rules, index, 1)) },
    { text: "ruleEdit", off: false, act: onEdit },
    { text: "ruleRemove", off: false, act: () => change(rules.toSpliced(index, 1)) },
  ] as const;
  return (
    <>
      <div>
        <div>
          <span className="quiet">{t("ruleFirst", { place: index + 1 })}</span> <strong>{rule.name}</strong>
        </div>
        <div>
          {pick(conditionWords(rule, names))} → {targetWords(rule)}
        </div>
      </div>
      <div className="button-row">
        {actions.map(({ text, off, act }) => (
          <Button
            key={text}
            size="small"
            disabled={off}
            aria-label={t("ruleOf", { action: t(text), name: rule.name })}
            onClick={act}
          >
            {t(text)}
          </Button>
        ))}
      </div>
    </>
  );
}

type PuttingProperties = Readonly<{ path: string; changed: Changed; plan: RoutingPlan; onEnd: () => void }>;

function Putting({ path, changed, plan, onEnd }: PuttingProperties) {
  const { t } = useLanguage();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [reason, setReason] = useState("");
  const save = useMutation({
    mutationFn: () => put<RoutingPlan>(path, { rules: changed.rules, reason: reason.trim() }),
    onSuccess: async (stored) => {
      void message.success(t("rulesPutDone"));
      queries.setQueryData(["routingPlan", path], stored);
      await queries.invalidateQueries({ queryKey: ["routingPlan"] });
      onEnd();
    },
  });
  const short = reason.trim().length < 2;
  return (
    <form
      className="panel-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (!short && !save.isPending) save.mutate();
      }}
    >
      <p className="notice notice-person" role="status">
        {t("rulesChanged")}
        {plan.version !== changed.on && ` ${t("rulesOvertaken", { version: plan.version })}`}
      </p>
      <Field label={t("changeReason")} hint={short ? t("reasonFirst") : undefined}>
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
      {save.error && <ProblemNotice error={save.error} />}
      <div className="button-row">
        <Button type="primary" htmlType="submit" disabled={short} loading={save.isPending}>
          {t("rulesPut")}
        </Button>
        <Button onClick={onEnd}>{t("rulesDiscard")}</Button>
      </div>
    </form>
  );
}
