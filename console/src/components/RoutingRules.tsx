// The rules that choose among the accounts of a merchant at a channel: in order, changed in peace, put in force at once.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Input } from "antd";
import { useId, useState } from "react";
import type { MerchantDetail } from "@huiyin/contract/api/merchants.ts";
import type { RoutingPlan } from "@huiyin/contract/api/routing.ts";
import { get, put } from "../api.ts";
import { useLanguage } from "../language.ts";
import {
  arranged,
  basedOn,
  edited,
  leftAlone,
  otherNames,
  planDraft,
  taken,
  type PlanDraft,
} from "../planDraft.ts";
import { conditionWords, moved, targetWords, type Rule } from "../ruleDraft.ts";
import { exactTime } from "../times.ts";
import { Field } from "./Field.tsx";
import { ProblemNotice, Teaching, Waiting } from "./Problem.tsx";
import { RuleForm } from "./RuleForm.tsx";

type RulesProperties = Readonly<{ merchant: MerchantDetail; channel: string; routes: readonly string[] }>;

export function RoutingRules({ merchant, channel, routes }: RulesProperties) {
  const { t } = useLanguage();
  const [begun, setBegun] = useState<PlanDraft | null>(null);
  const path = `/merchants/${merchant.id}/routing/${channel}`;
  const plan = useQuery({
    queryKey: ["routingPlan", path],
    queryFn: () => get<RoutingPlan>(path),
    refetchInterval: 15_000,
  });
  const save = usePutting(path, () => setBegun(null));
  const waitId = useId();
  if (plan.isPending) return <Waiting>{t("loading")}</Waiting>;
  if (plan.error && !plan.data)
    return <ProblemNotice error={plan.error} onRetry={() => void plan.refetch()} />;
  const draft = planDraft(begun, plan.data);
  const { rules, editing } = draft;
  const goOn = () => {
    save.reset();
    setBegun(basedOn(draft, plan.data));
  };
  const discard = () => {
    save.reset();
    setBegun(null);
  };
  // What is in the form, or on its way, is about the rules in these places.
  const still = editing !== null || save.isPending ? waitId : null;
  const { stores } = merchant;
  const line = { rules, stores, still, change: (next: readonly Rule[]) => setBegun(arranged(draft, next)) };
  const form = {
    ...{ stores, routes, names: otherNames(draft) },
    onTake: (rule: Rule) => setBegun(taken(draft, rule)),
    onEnd: () => setBegun(leftAlone(draft)),
  };
  return (
    <section className="card">
      <div className="card-head">
        <h2>{t("rules")}</h2>
        {editing === null && routes.length > 1 && (
          <Button disabled={still !== null} onClick={() => setBegun(edited(draft, "new"))}>
            {t("ruleAdd")}
          </Button>
        )}
      </div>
      <p className="quiet">{t("rulesExplain")}</p>
      {plan.error && <ProblemNotice error={plan.error} onRetry={() => void plan.refetch()} />}
      {rules.length === 0 && editing === null && <Nothing routes={routes} />}
      <RuleList {...{ draft, line, form, waitId }} onEdit={(index) => setBegun(edited(draft, index))} />
      {rules.length > 0 && <p className="quiet">{t("rulesOtherwise")}</p>}
      {editing === "new" && <RuleForm rule={null} {...form} />}
      {plan.data.version !== draft.on && !save.isPending && (
        <Overtaken {...{ draft, stores }} plan={plan.data} onGoOn={goOn} />
      )}
      {draft.changed === "no" ? (
        <InForce plan={plan.data} />
      ) : (
        <Putting {...{ draft, save }} plan={plan.data} onEnd={discard} />
      )}
    </section>
  );
}

/** Puts rules in force, unless somebody else was faster: then they stay where they are, and what is in force is read. */
function usePutting(path: string, onDone: () => void) {
  const { t } = useLanguage();
  const { message } = App.useApp();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ draft: { rules, on }, reason }: Readonly<{ draft: PlanDraft; reason: string }>) =>
      put<RoutingPlan>(path, { rules, expectedVersion: on, reason }),
    onSuccess: (stored) => {
      void message.success(t("rulesPutDone"));
      queries.setQueryData(["routingPlan", path], stored);
      onDone();
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ["routingPlan"] }),
  });
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

type ListProperties = Readonly<{
  draft: PlanDraft;
  line: Omit<LineProperties, "rule" | "index" | "onEdit">;
  form: Omit<React.ComponentProps<typeof RuleForm>, "rule">;
  waitId: string;
  onEdit: (index: number) => void;
}>;

function RuleList({ draft: { rules, editing }, line, form, waitId, onEdit }: ListProperties) {
  const { t } = useLanguage();
  return (
    <>
      {editing !== null && rules.length > 0 && (
        <p id={waitId} className="quiet hint">
          {t("ruleEditingFirst")}
        </p>
      )}
      <ol className="rule-list">
        {rules.map((rule, index) => (
          <li key={`${rule.name} ${index}`} className="remedy">
            {editing === index ? (
              <RuleForm rule={rule} {...form} />
            ) : (
              <RuleLine {...{ rule, index }} {...line} onEdit={() => onEdit(index)} />
            )}
          </li>
        ))}
      </ol>
    </>
  );
}

type LineProperties = Readonly<{
  rule: Rule;
  index: number;
  rules: readonly Rule[];
  stores: MerchantDetail["stores"];
  /** Of the words that say why nothing can be done to it now; null where it can. */
  still: string | null;
  change: (rules: readonly Rule[]) => void;
  onEdit: () => void;
}>;

function RuleLine({ rule, index, rules, stores, still, change, onEdit }: LineProperties) {
  const { t } = useLanguage();
  const actions = [
    { text: "ruleUp", off: index === 0, act: () => change(moved(rules, index, -1)) },
    { text: "ruleDown", off: index === rules.length - 1, act: () => change(moved(rules, index, 1)) },
    { text: "ruleEdit", off: false, act: onEdit },
    { text: "ruleRemove", off: false, act: () => change(rules.toSpliced(index, 1)) },
  ] as const;
  return (
    <>
      <RuleWords {...{ rule, index, stores }} />
      <div className="button-row">
        {actions.map(({ text, off, act }) => (
          <Button
            key={text}
            size="small"
            disabled={off || still !== null}
            aria-describedby={still ?? undefined}
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

type WordsProperties = Pick<LineProperties, "rule" | "index" | "stores">;

function RuleWords({ rule, index, stores }: WordsProperties) {
  const { t, pick } = useLanguage();
  const names = new Map(stores.map(({ id, names: both }) => [id, both]));
  return (
    <div>
      <div>
        <span className="quiet">{t("ruleFirst", { place: index + 1 })}</span> <strong>{rule.name}</strong>
      </div>
      <div>
        {pick(conditionWords(rule, names))} → {targetWords(rule)}
      </div>
    </div>
  );
}

type OvertakenProperties = Readonly<{
  draft: PlanDraft;
  plan: RoutingPlan;
  stores: MerchantDetail["stores"];
  onGoOn: () => void;
}>;

/** What others put in force meanwhile, to compare; the own change goes on only after somebody has said so. */
function Overtaken({ draft, plan, stores, onGoOn }: OvertakenProperties) {
  const { t } = useLanguage();
  const { version, reason, rules } = plan;
  return (
    <div className="notice notice-person" role="status">
      <strong>{t("rulesOvertaken", { version, reason: reason ?? "" })}</strong>
      <p>{t("rulesOvertakenHint")}</p>
      {rules.length === 0 && <p>{t("rulesNone")}</p>}
      <ol className="rule-list">
        {rules.map((rule, index) => (
          <li key={`${rule.name} ${index}`}>
            <RuleWords {...{ rule, index, stores }} />
          </li>
        ))}
      </ol>
      {draft.changed === "yes" && draft.editing === null && (
        <Button onClick={onGoOn}>{t("rulesGoOn", { version })}</Button>
      )}
    </div>
  );
}

type PuttingProperties = Readonly<{
  draft: PlanDraft;
  plan: RoutingPlan;
  save: ReturnType<typeof usePutting>;
  onEnd: () => void;
}>;

function Putting({ draft, plan, save, onEnd }: PuttingProperties) {
  const { t } = useLanguage();
  const [reason, setReason] = useState("");
  const short = reason.trim().length < 2;
  const first =
    draft.editing !== null
      ? "ruleEditingFirst"
      : plan.version !== draft.on
        ? "rulesCompareFirst"
        : short
          ? "reasonFirst"
          : null;
  return (
    <form
      className="panel-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (first === null && !save.isPending) save.mutate({ draft, reason: reason.trim() });
      }}
    >
      <p className="notice notice-person" role="status">
        {t("rulesChanged")}
      </p>
      <Field label={t("changeReason")} hint={first === null ? undefined : t(first)}>
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
        <Button type="primary" htmlType="submit" disabled={first !== null} loading={save.isPending}>
          {t("rulesPut")}
        </Button>
        <Button disabled={draft.editing !== null || save.isPending} onClick={onEnd}>
          {t("rulesDiscard")}
        </Button>
      </div>
    </form>
  );
}
