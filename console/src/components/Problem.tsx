// What went wrong, what to do next, and a way to try again. Waiting says what is waited for.
import { Button } from "antd";
import { ProblemError } from "../api.ts";
import { useLanguage } from "../language.ts";

export function ProblemNotice({ error, onRetry }: { error: Error; onRetry?: () => void }) {
  const { t } = useLanguage();
  const problem = error instanceof ProblemError ? error.problem : null;
  return (
    <div className="notice notice-broken" role="alert">
      <strong>{problem?.title ?? error.message}</strong>
      {problem && <p>{problem.detail}</p>}
      {problem?.errors && (
        <ul>
          {problem.errors.map(({ field, problem: words }) => (
            <li key={field}>
              <code>{field}</code> {words}
            </li>
          ))}
        </ul>
      )}
      {problem?.traceId ? (
        <p className="quiet">
          {t("traceId")} <code>{problem.traceId}</code>
        </p>
      ) : null}
      {onRetry && <Button onClick={onRetry}>{t("tryAgain")}</Button>}
    </div>
  );
}

export function Waiting({ children }: { children: React.ReactNode }) {
  return (
    <div className="waiting" role="status">
      <span className="waiting-ring" aria-hidden="true" />
      {children}
    </div>
  );
}

export function Teaching({ title, hint }: { title: string; hint: string }) {
  return (
    <div className="teaching">
      <svg width="72" height="48" viewBox="0 0 72 48" aria-hidden="true">
        <g fill="none" stroke="currentColor" strokeWidth="2" strokeLinecap="round">
          <circle cx="20" cy="24" r="4" fill="currentColor" stroke="none" />
          <path d="M30 15a13 13 0 0 1 0 18" />
          <path d="M39 9a22 22 0 0 1 0 30" opacity=".6" />
          <path d="M48 3a31 31 0 0 1 0 42" opacity=".3" />
        </g>
      </svg>
      <strong>{title}</strong>
      <p>{hint}</p>
    </div>
  );
}
