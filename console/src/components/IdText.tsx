// An id in a monospaced face, shortened in the middle, copied whole with one click.
import { App, Tooltip } from "antd";
import { useLanguage } from "../language.ts";

function shortened(id: string): string {
  return id.length > 18 ? `${id.slice(0, 8)}…${id.slice(-6)}` : id;
}

export function IdText({ id, whole = "no" }: { id: string; whole?: "yes" | "no" }) {
  const { message } = App.useApp();
  const { t } = useLanguage();
  const copy = async () => {
    // Plain http on a LAN address has no clipboard; the text can still be selected.
    if (!navigator.clipboard) return;
    await navigator.clipboard.writeText(id);
    void message.success(t("copied"));
  };
  return (
    <Tooltip title={`${id} · ${t("copy")}`}>
      <button type="button" className="id-text" onClick={() => void copy()} aria-label={`${t("copy")} ${id}`}>
        {whole === "yes" ? id : shortened(id)}
      </button>
    </Tooltip>
  );
}
