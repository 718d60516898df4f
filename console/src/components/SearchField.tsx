// A field that finds by one thing; what was found for lives in the address, and comes in as `search`.
import { Button, Input } from "antd";
import { useState } from "react";
import { useLanguage } from "../language.ts";

type SearchFieldProperties = Readonly<{ label: string; search: string; onSearch: (search: string) => void }>;

export function SearchField({ label, search, onSearch }: SearchFieldProperties) {
  const { t } = useLanguage();
  const [text, setText] = useState(search);
  return (
    <form
      className="filters search-field"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        onSearch(text.trim());
      }}
    >
      <Input
        value={text}
        maxLength={64}
        aria-label={label}
        placeholder={label}
        onChange={(event) => setText(event.target.value)}
      />
      <Button htmlType="submit">{t("search")}</Button>
      {search !== "" && <Button onClick={() => onSearch("")}>{t("reset")}</Button>}
    </form>
  );
}
