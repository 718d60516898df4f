// Signing in: the one-time link carries its token behind #, where no server log ever sees it.
import { useEffect, useState } from "react";
import { post } from "../api.ts";
import { ProblemNotice, Waiting } from "../components/Problem.tsx";
import { useLanguage } from "../language.ts";

function tokenFromLink(): string | null {
  const token = new URLSearchParams(location.hash.slice(1)).get("token");
  // The token leaves the address bar and the history before anything else happens.
  if (token) history.replaceState(null, "", location.pathname);
  return token;
}

const token = tokenFromLink();
let exchange: Promise<unknown> | null = null;

export function SignInPage({ onSignedIn }: { onSignedIn: () => void }) {
  const { t } = useLanguage();
  const [error, setError] = useState<Error | null>(null);

  useEffect(() => {
    if (!token) return;
    // A link works once: however often the page is drawn, its token is exchanged a single time.
    exchange ??= post("/sessions", { token });
    exchange.then(
      () => {
        history.replaceState(null, "", "/console/");
        onSignedIn();
        location.assign("/console/");
      },
      (problem: unknown) => setError(problem instanceof Error ? problem : new Error(String(problem))),
    );
  }, [onSignedIn]);

  if (token && !error) return <Waiting>{t("signingIn")}</Waiting>;
  return (
    <div className="sign-in">
      <section className="card">
        <div className="brand">
          <img src="/console/icon.svg" width="48" height="48" alt="" />
          <div>
            <strong>{t("brand")}</strong>
            <span>{t("brandLine")}</span>
          </div>
        </div>
        <h1 style={{ marginTop: "var(--space-24)" }}>{t("signInTitle")}</h1>
        <p>{t("signInExplain")}</p>
        <p>{t("signInCommand")}</p>
        <code>npx huiyin console link</code>
        {error && (
          <div style={{ marginTop: "var(--space-16)" }}>
            <ProblemNotice error={error} />
          </div>
        )}
      </section>
    </div>
  );
}
