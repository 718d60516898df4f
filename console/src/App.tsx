// The console's frame: who is signed in, the menu, and one chunk per page.
import { QueryClient, QueryClientProvider, useQuery } from "@tanstack/react-query";
import { App as AntApp, Button, ConfigProvider } from "antd";
import enUs from "antd/locale/en_US";
import zhCn from "antd/locale/zh_CN";
import { lazy, Suspense } from "react";
import { BrowserRouter, Navigate, NavLink, Route, Routes } from "react-router";
import { get, ProblemError, remove } from "./api.ts";
import { ProblemNotice, Teaching, Waiting } from "./components/Problem.tsx";
import { useWaiting, type Count } from "./directory.ts";
import { useLanguage } from "./language.ts";
import { SignInPage } from "./pages/SignInPage.tsx";
import { useTheme } from "./theme.ts";

const PaymentsPage = lazy(() =>
  import("./pages/PaymentsPage.tsx").then((page) => ({ default: page.PaymentsPage })),
);
const PaymentPage = lazy(() =>
  import("./pages/PaymentPage.tsx").then((page) => ({ default: page.PaymentPage })),
);
const RefundsPage = lazy(() =>
  import("./pages/RefundsPage.tsx").then((page) => ({ default: page.RefundsPage })),
);
const ReviewsPage = lazy(() =>
  import("./pages/ReviewsPage.tsx").then((page) => ({ default: page.ReviewsPage })),
);
const CasesPage = lazy(() => import("./pages/CasesPage.tsx").then((page) => ({ default: page.CasesPage })));
const TerminalsPage = lazy(() =>
  import("./pages/TerminalsPage.tsx").then((page) => ({ default: page.TerminalsPage })),
);
const MerchantsPage = lazy(() =>
  import("./pages/MerchantsPage.tsx").then((page) => ({ default: page.MerchantsPage })),
);
const MerchantPage = lazy(() =>
  import("./pages/MerchantPage.tsx").then((page) => ({ default: page.MerchantPage })),
);
const WebhooksPage = lazy(() =>
  import("./pages/WebhooksPage.tsx").then((page) => ({ default: page.WebhooksPage })),
);
const ChannelPage = lazy(() =>
  import("./pages/ChannelPage.tsx").then((page) => ({ default: page.ChannelPage })),
);

const HealthPage = lazy(() =>
  import("./pages/HealthPage.tsx").then((page) => ({ default: page.HealthPage })),
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
            <Route path="/payments" element={<PaymentsPage />} />
            <Route path="/payments/:id" element={<PaymentPage />} />
            <Route path="/refunds" element={<RefundsPage />} />
            <Route path="/reviews" element={<ReviewsPage />} />
            <Route path="/cases" element={<CasesPage />} />
            <Route path="/terminals" element={<TerminalsPage />} />
            <Route path="/merchants" element={<MerchantsPage />} />
            <Route path="/merchants/:id" element={<MerchantPage />} />
            <Route path="/merchants/:id/channels/:channel" element={<ChannelPage />} />
            <Route path="/webhooks" element={<WebhooksPage />} />
            <Route path="/channels" element={<HealthPage />} />
            <Route path="*" element={<Teaching title={t("notFoundTitle")} hint={t("notFoundHint")} />} />
          </Routes>
        </Suspense>
      </main>
    </div>
  );
}

function Menu() {
  const { t } = useLanguage();
  const { reviews, cases } = useWaiting();
  return (
    <nav className="menu" aria-label={t("brandLine")}>
      <NavLink to="/payments">{t("payments")}</NavLink>
      <NavLink to="/refunds">{t("refunds")}</NavLink>
      <Counted to="/reviews" count={reviews}>
        {t("reviews")}
      </Counted>
      <Counted to="/cases" count={cases}>
        {t("cases")}
      </Counted>
      <NavLink to="/terminals">{t("terminals")}</NavLink>
      <NavLink to="/merchants">{t("merchants")}</NavLink>
      <NavLink to="/webhooks">{t("webhooks")}</NavLink>
      <NavLink to="/channels">{t("channelHealth")}</NavLink>
    </nav>
  );
}

/** Its name stays the page’s name; how much waits there is its description. */
function Counted({ to, count, children }: Readonly<{ to: string; count: Count; children: React.ReactNode }>) {
  const { t } = useLanguage();
  const said = count.count > 0 ? { "aria-description": t("countWaiting", { count: count.text }) } : {};
  return (
    <NavLink to={to} {...said}>
      {children}
      {count.count > 0 && (
        <span className="menu-count" aria-hidden="true">
          {count.text}
        </span>
      )}
    </NavLink>
  );
}
