// A payment above the payer’s threshold: the amount, the shop, and six digits.
import { useRef, useState, type RefObject, type SubmitEvent } from "react";
import { call } from "../api.ts";
import { useLanguage } from "../language.tsx";
import type { Trade, Wallet } from "../model.ts";
import { yuan } from "../money.ts";
import { Sheet, useFundingName } from "../parts.tsx";
import { InstalmentOffer } from "./InstalmentNote.tsx";
import { problemText } from "./reasons.ts";

export type PasswordSheetProps = Readonly<{ wallet: Wallet; trade: Trade; refresh(): void; onLater(): void }>;

export function PasswordSheet({ wallet, trade, refresh, onLater }: PasswordSheetProps) {
  const language = useLanguage();
  const { t } = language;
  const field = useRef<HTMLInputElement>(null);
  const [password, setPassword] = useState("");
  const [problem, setProblem] = useState("");
  const [sending, setSending] = useState<"yes" | "no">("no");

  const approve = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    setSending("yes");
    setProblem("");
    try {
      await call("POST", `/control/wallets/${wallet.id}/approvals`, { tradeNo: trade.tradeNo, password });
    } catch (error) {
      setProblem(problemText(language, error));
      setPassword("");
      field.current?.focus();
    }
    setSending("no");
    refresh();
  };

  return (
    <Sheet title={t("password.title")} onClose={onLater}>
      <form className="password" onSubmit={(event) => void approve(event)}>
        <p className="password-to">{t("password.to", { merchant: trade.merchantName })}</p>
        <p className="password-amount">{yuan(trade.amount)}</p>
        <FundingChoice wallet={wallet} refresh={refresh} />
        <InstalmentOffer trade={trade} funding={wallet.funding} />
        <PasswordField field={field} password={password} problem={problem} onChange={setPassword} />
        <p
          id="password-note"
          className={problem === "" ? "password-note" : "password-note password-problem"}
          role="status"
        >
          {problem === "" ? t("password.hint") : problem}
        </p>
        <button
          type="submit"
          className="button button-main"
          disabled={password.length !== 6 || sending === "yes"}
        >
          {t("password.pay")}
        </button>
        <button type="button" className="button-text" onClick={onLater}>
          {t("password.later")}
        </button>
      </form>
    </Sheet>
  );
}

type PasswordFieldProps = Readonly<{
  field: RefObject<HTMLInputElement | null>;
  password: string;
  problem: string;
  onChange(password: string): void;
}>;

function PasswordField({ field, password, problem, onChange }: PasswordFieldProps) {
  const { t } = useLanguage();
  return (
    <>
      <label className="password-label" htmlFor="password">
        {t("password.label")}
      </label>
      <span className="password-boxes">
        <input
          id="password"
          ref={field}
          data-first=""
          type="password"
          inputMode="numeric"
          autoComplete="off"
          maxLength={6}
          value={password}
          aria-invalid={problem !== ""}
          aria-describedby="password-note"
          onChange={(event) => onChange(event.target.value.replaceAll(/\D/g, ""))}
        />
        <span className="password-dots" aria-hidden="true">
          {Array.from({ length: 6 }, (_, index) => (
            <i key={index} data-filled={index < password.length} />
          ))}
        </span>
      </span>
    </>
  );
}

function FundingChoice({ wallet, refresh }: Readonly<{ wallet: Wallet; refresh(): void }>) {
  const { t } = useLanguage();
  const nameOf = useFundingName(wallet);
  const choose = (funding: string): void => {
    void call("PATCH", `/control/wallets/${wallet.id}`, { funding }).finally(refresh);
  };
  return (
    <label className="password-funding">
      <span>{t("funding.title")}</span>
      <select value={wallet.funding} onChange={(event) => choose(event.target.value)}>
        {["balance", "huabei", ...wallet.cards.map(({ id }) => `card:${id}`)].map((funding) => (
          <option key={funding} value={funding}>
            {nameOf(funding)}
          </option>
        ))}
      </select>
    </label>
  );
}
