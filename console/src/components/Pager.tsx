// Older and newer pages of a list that is read by its ids: the place lives in the address.
import { Button } from "antd";
import { useSearchParams } from "react-router";
import { useLanguage } from "../language.ts";
import type { ListOf } from "../views.ts";

export function Pager({ page }: { page: ListOf<Readonly<{ id: string }>> }) {
  const { t } = useLanguage();
  const [parameters, setParameters] = useSearchParams();
  const backwards = parameters.has("before");
  const first = page.items[0];
  const last = page.items.at(-1);
  const hasNewer = parameters.has("after") || (backwards && page.hasMore);
  const hasOlder = backwards || page.hasMore;
  if (!hasNewer && !hasOlder) return null;
  const move = (direction: "before" | "after" | "first", id = "") => {
    const next = new URLSearchParams(parameters);
    next.delete("after");
    next.delete("before");
    if (direction !== "first") next.set(direction, id);
    setParameters(next);
    window.scrollTo({ top: 0 });
  };
  return (
    <nav className="pager" aria-label={`${t("newer")} · ${t("older")}`}>
      {(hasNewer || backwards) && <Button onClick={() => move("first")}>{t("firstPage")}</Button>}
      <Button disabled={!hasNewer || !first} onClick={() => move("before", first?.id)}>
        {t("newer")}
      </Button>
      <Button disabled={!hasOlder || !last} onClick={() => move("after", last?.id)}>
        {t("older")}
      </Button>
    </nav>
  );
}
