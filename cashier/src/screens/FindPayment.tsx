// Finds the payment that a customer brings back: by the code on the receipt, or the end of its number.
import { useState, type FormEvent, type ReactElement } from "react";
import { useTranslation } from "react-i18next";
import type { Payment } from "@huiyin/contract/api/payments.ts";
import type { Reply } from "../device/platform.ts";
import { CameraButton } from "../parts/CameraButton.tsx";
import { Dialog } from "../parts/Dialog.tsx";
import { useFirstFocus } from "../parts/useFirstFocus.ts";
import { PaymentRow } from "../parts/TodayPanel.tsx";
import { useServices } from "../services.ts";

const charactersMin = 4;

type FindPaymentProps = Readonly<{ onFound(payment: Payment): void; onClose(): void }>;
type Progress = "idle" | "short" | "busy" | Reply<readonly Payment[]>;

export function FindPayment({ onFound, onClose }: FindPaymentProps): ReactElement {
  const { t } = useTranslation();
  const { search } = useServices();
  const [text, setText] = useState("");
  const field = useFirstFocus<HTMLInputElement>();
  const [progress, setProgress] = useState<Progress>("idle");

  async function find(wanted: string): Promise<void> {
    if (wanted.trim().length < charactersMin) return setProgress("short");
    setProgress("busy");
    const reply = await search(wanted);
    const only = reply.kind === "answered" && reply.value.length === 1 ? reply.value[0] : undefined;
    if (only !== undefined) return onFound(only);
    setProgress(reply);
  }
  function onSubmit(event: FormEvent): void {
    event.preventDefault();
    void find(text);
  }

  return (
    <Dialog title={t("find.title")} onClose={onClose}>
      <form className="scanning-form" onSubmit={onSubmit}>
        <p className="refund-note">{t("find.lead")}</p>
        <label htmlFor="find-code">{t("find.field")}</label>
        <input
          ref={field}
          id="find-code"
          className="input input-code"
          value={text}
          placeholder={t("find.hint")}
          autoComplete="off"
          autoCapitalize="characters"
          spellCheck={false}
          aria-describedby="find-problem"
          onChange={(event) => setText(event.target.value)}
        />
        <p id="find-problem" className="field-problem" role="alert">
          {problemKey(progress) !== null && t(`find.${problemKey(progress) ?? "none"}`)}
        </p>
        <div className="actions actions-even">
          <CameraButton
            onCode={(code) => {
              setText(code);
              void find(code);
            }}
          />
          <button type="submit" className="button button-main" disabled={progress === "busy"}>
            {t(progress === "busy" ? "find.busy" : "find.submit")}
          </button>
        </div>
      </form>
      {typeof progress !== "string" && progress.kind === "answered" && progress.value.length > 0 && (
        <ul className="today-list">
          {progress.value.map((payment) => (
            <PaymentRow key={payment.id} payment={payment} onOpen={onFound} />
          ))}
        </ul>
      )}
    </Dialog>
  );
}

function problemKey(progress: Progress): "short" | "failed" | "none" | null {
  if (progress === "short") return "short";
  if (typeof progress === "string") return null;
  if (progress.kind !== "answered") return "failed";
  return progress.value.length === 0 ? "none" : null;
}
