// The console's frame: who is signed in, the menu, and one chunk per page.
import { QueryClient, QueryClientProvider, useQuery } from "@tanstack/react-query";
import { App as AntApp, Button, ConfigProvider } from "antd";
import enUs from "antd/locale/en_US";
import zhCn from "antd/locale/zh_CN";
import { lazy, Suspense } from "react";
import { BrowserRouter, Navigate, NavLink, Route, Routes } from "react-router";
import { get, ProblemError, remove } from "./api.ts";
import { ProblemNotice, Teaching, Waiting } from "./components/Problem.tsx";
import { useLanguage } from "./language.ts";
import { SignInPage } from "./pages/SignInPage.tsx";
import { useTheme } from "./theme.ts";
import type { ListOf, PaymentView } from "./views.ts";

const PaymentsPage = lazy(() =>
  import("./pages/PaymentsPage.tsx").then((page) => ({ default: page.PaymentsPage })),
);
const PaymentPage = lazy(() =>
  import("./pages/PaymentPage.tsx").then((page) => ({ default: page.PaymentPage })),
);
const CasesPage = lazy(() => import("./pages/CasesPage.tsx").then((page) => ({ default: page.CasesPage })));
const TerminalsPage = lazy(() =>
  import("./pages/TerminalsPage.tsx").then((page) => ({ default: page.TerminalsPage })),
);
const MerchantsPage = lazy(() =>
  import("./pages/MerchantsPage.tsx").then((page) => ({ default: page.MerchantsPage })),
);

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      // A refusal will not change by asking again; an unreachable platform may.
      retry: (count, error) => count < 2 && !(error instanceof ProblemError && error.problem.status > 0),
      staleTime: 2_000,
    },
  },
});

export function App() {
  const theme = useTheme();
  const { locale } = useLanguage();
  return (
    <ConfigProvider theme={theme} locale={locale === "zh" ? zhCn : enUs} button={{ autoInsertSpace: false }}>
      <AntApp>
        <QueryClientProvider client={queries}>
          <BrowserRouter basename="/console">
            <Gate />
          </BrowserRouter>
        </QueryClientProvider>
      </AntApp>
    </ConfigProvider>
  );
}

/** Lets in whoever has a session; everybody else sees how to get one. */
function Gate() {
  const { t } = useLanguage();
  const signingIn = location.pathname.endsWith("/sign-in");
  const session = useQuery({
    queryKey: ["session"],
    queryFn: () => get<unknown>("/sessions/current"),
    enabled: !signingIn,
  });
  if (signingIn) return <SignInPage onSignedIn={() => void session.refetch()} />;
  if (session.isPending) return <Waiting>{t("loading")}</Waiting>;
  if (session.error instanceof ProblemError && session.error.problem.status === 401) {
    return <SignInPage onSignedIn={() => void session.refetch()} />;
  }
  if (session.error) return <ProblemNotice error={session.error} onRetry={() => void session.refetch()} />;
  return <Shell />;
}

function Shell() {
  const { t, locale, change } = useLanguage();
  const signOut = async () => {
    await remove("/sessions/current");
    location.assign("/console/");
  };
  return (
    <div className="shell">
      <header className="shell-side">
        <NavLink to="/" className="brand">
          <img src="/console/icon.svg" width="40" height="40" alt="" />
          <div>
            <strong>{t("brand")}</strong>
            <span>{t("brandLine")}</span>
          </div>
        </NavLink>
        <Menu />
        <div className="shell-foot">
          <Button size="small" onClick={() => change(locale === "zh" ? "en" : "zh")}>
            {t("language")}
          </Button>
          <Button size="small" type="text" onClick={() => void signOut()}>
            {t("signOut")}
          </Button>
        </div>
      </header>
      <main className="page">
        <Suspense fallback={<Waiting>{t("loading")}</Waiting>}>
          <Routes>
            <Route path="/" element={<Navigate to="/payments" replace />} />
            <Route path="/payments" element={<PaymentsPage list="all" />} />
            <Route path="/payments/:id" element={<PaymentPage />} />
            <Route path="/reviews" element={<PaymentsPage list="reviews" />} />
            <Route path="/cases" element={<CasesPage />} />
            <Route path="/terminals" element={<TerminalsPage />} />
            <Route path="/merchants" element={<MerchantsPage />} />
            <Route path="*" element={<Teaching title={t("notFoundTitle")} hint={t("notFoundHint")} />} />
          </Routes>
        </Suspense>
      </main>
    </div>
  );
}

function Menu() {
  const { t } = useLanguage();
  const reviews = useQuery({
    queryKey: ["payments", "reviewCount"],
    queryFn: () => get<ListOf<PaymentView>>("/payments", { review: "true", limit: 100 }),
    refetchInterval: 15_000,
  });
  const waiting = reviews.data?.items.length ?? 0;
  return (
    <nav className="menu">
      <NavLink to="/payments">{t("payments")}</NavLink>
      <NavLink to="/reviews">
        {t("reviews")}
        {waiting > 0 && <span className="menu-count">{reviews.data?.hasMore ? "99+" : waiting}</span>}
      </NavLink>
      <NavLink to="/cases">{t("cases")}</NavLink>
      <NavLink to="/terminals">{t("terminals")}</NavLink>
      <NavLink to="/merchants">{t("merchants")}</NavLink>
    </nav>
  );
}
