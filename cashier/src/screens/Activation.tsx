// Makes this browser a terminal, with the code from the service provider.
import { useState, type FormEvent, type ReactElement } from "react";
import { useTranslation } from "react-i18next";
import type { ActivationProblem } from "../boot.ts";
import { Mark } from "../parts/Icon.tsx";

type ActivationProps = Readonly<{
  problem: ActivationProblem | null;
  busy: "busy" | "idle";
  onCode(code: string): void;
}>;

export function Activation({ problem, busy, onCode }: ActivationProps): ReactElement {
  const { t } = useTranslation();
  const [code, setCode] = useState("");
  function onSubmit(event: FormEvent): void {
    event.preventDefault();
    onCode(code);
  }
  return (
    <main className="gate">
      <form className="gate-card" onSubmit={onSubmit} aria-labelledby="activation-title">
        <Mark />
        <h1 id="activation-title">{t("activation.title")}</h1>
        <p>{t("activation.lead")}</p>
        <label htmlFor="activation-code">{t("activation.code")}</label>
        <input
          id="activation-code"
          className="input input-code"
          value={code}
          placeholder={t("activation.codeHint")}
          autoComplete="one-time-code"
          autoCapitalize="characters"
          spellCheck={false}
          autoFocus
          aria-invalid={problem?.kind === "refused"}
          aria-describedby="activation-problem"
          onChange={(event) => setCode(event.target.value)}
        />
        <div id="activation-problem" className="field-problem" role="alert">
          {problem?.kind === "network" && <p>{t("activation.network")}</p>}
          {problem?.kind === "displaced" && <p>{t("activation.displaced")}</p>}
          {problem?.kind === "refused" && (
            <>
              <p>
                <strong>{problem.title}</strong>
              </p>
              <p>{problem.detail}</p>
            </>
          )}
        </div>
        <button type="submit" className="button button-main" disabled={busy === "busy" || code.trim() === ""}>
          {t("activation.submit")}
        </button>
        <p className="gate-status" role="status">
          {busy === "busy" && t("activation.busy")}
        </p>
      </form>
    </main>
  );
}
