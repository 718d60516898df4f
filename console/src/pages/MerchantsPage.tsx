// Merchants, found by name or number.
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link, useSearchParams } from "react-router";
import type { Merchant } from "@huiyin/contract/api/merchants.ts";
import { get } from "../api.ts";
import { ProblemNotice, Teaching, Waiting } from "../components/Problem.tsx";
import { SearchField } from "../components/SearchField.tsx";
import { useLanguage } from "../language.ts";
import type { ListOf } from "../views.ts";

export function MerchantsPage() {
  const { t, pick } = useLanguage();
  const [parameters, setParameters] = useSearchParams();
  const search = parameters.get("search") ?? "";
  const merchants = useQuery({
    queryKey: ["merchants", search],
    queryFn: () => get<ListOf<Merchant>>("/merchants", { limit: 100, search }),
    placeholderData: keepPreviousData,
  });
  return (
    <>
      <div className="page-head">
        <h1>{t("merchants")}</h1>
      </div>
      <section className="card">
        <SearchField
          key={search}
          label={t("merchantSearch")}
          search={search}
          onSearch={(typed) => setParameters(typed === "" ? {} : { search: typed })}
        />
        {merchants.isPending && <Waiting>{t("loading")}</Waiting>}
        {merchants.error && (
          <ProblemNotice error={merchants.error} onRetry={() => void merchants.refetch()} />
        )}
        {merchants.data?.items.length === 0 && (
          <Teaching
            title={search === "" ? t("noMerchants") : t("noMerchantMatch")}
            hint={search === "" ? t("noMerchantsHint") : t("noMerchantMatchHint")}
          />
        )}
        {merchants.data && merchants.data.items.length > 0 && (
          <table className="rows">
            <thead>
              <tr>
                <th>{t("merchants")}</th>
                <th>{t("merchantNo")}</th>
                <th>MCC</th>
                <th>
                  <span className="only-heard">{t("itsPayments")}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {merchants.data.items.map((merchant) => (
                <tr key={merchant.id}>
                  <td>
                    <Link to={`/merchants/${merchant.id}`}>{pick(merchant.names)}</Link>
                  </td>
                  <td className="phone-end">{merchant.number}</td>
                  <td className="wide-only">{merchant.mcc}</td>
                  <td>
                    <Link to={`/payments?merchantId=${merchant.id}`}>{t("itsPayments")}</Link>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </section>
    </>
  );
}
