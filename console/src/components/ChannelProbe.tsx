// What a check of a channel account found, in words: what is wrong, where, and what to do next.
import { useMutation } from "@tanstack/react-query";
import type { ProbeResult } from "@huiyin/contract/api/channels.ts";
import { post } from "../api.ts";
import type { FieldView } from "../channelConfig.ts";
import { useLanguage } from "../language.ts";

/** A check with the settings it was made with: it says nothing about others. */
type Checked = Readonly<{ of: string; result: ProbeResult }>;

/** Checks settings of the account at this path, over those that are stored there. */
export function useProbe(path: string, config: Readonly<Record<string, string>>) {
  const settings = JSON.stringify([path, config]);
  const probe = useMutation({
    mutationFn: async (): Promise<Checked> => ({
      of: settings,
      result: await post<ProbeResult>(`${path}/probe`, { config }),
    }),
  });
  const current = probe.data?.of === settings ? "yes" : "no";
  return { probe, current } as const;
}

type ProbeProperties = Readonly<{
  result: ProbeResult;
  fields: readonly FieldView[];
  /** Whether the form still holds what was checked. */
  current: "yes" | "no";
}>;

export function ChannelProbe({ result, fields, current }: ProbeProperties) {
  const { t } = useLanguage();
  if (current === "no")
    return (
      <p className="notice notice-plain" role="status">
        {t("channelChanged")}
      </p>
    );
  return (
    <div aria-live="polite" className="stack">
      {result.outcome === "ready" && (
        <div className="notice notice-paid" role="status">
          <strong>{t("channelReady")}</strong>
        </div>
      )}
      {result.finding && (
        <Finding tone="broken" title={t("channelRefused")} finding={result.finding} fields={fields}>
          {result.channelCode && (
            <p className="quiet">
              {t("lastSaid")} <code>{result.channelCode}</code> {result.channelMessage}
            </p>
          )}
        </Finding>
      )}
      {result.warnings.map((warning) => (
        <Finding
          key={warning.code}
          tone="person"
          title={t("channelWarning")}
          finding={warning}
          fields={fields}
        />
      ))}
    </div>
  );
}

type FindingProperties = Readonly<{
  tone: "broken" | "person";
  title: string;
  finding: ProbeResult["warnings"][number];
  fields: readonly FieldView[];
  children?: React.ReactNode;
}>;

function Finding({ tone, title, finding, fields, children }: FindingProperties) {
  const { t, pick } = useLanguage();
  const field = fields.find(({ key }) => key === finding.field);
  return (
    <div className={`notice notice-${tone}`} role={tone === "broken" ? "alert" : "status"}>
      <strong>
        {title} · {pick(finding.title)}
      </strong>
      {field && <p>{t("channelField", { field: pick(field.label) })}</p>}
      <p>{pick(finding.next)}</p>
      {children}
    </div>
  );
}
