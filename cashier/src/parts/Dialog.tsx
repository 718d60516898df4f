// A dialog on the browser's own element: focus stays inside, Escape closes, the page behind is inert.
import { useId, useLayoutEffect, useRef, type ReactElement, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Icon } from "./Icon.tsx";

type DialogProps = Readonly<{
  title: string;
  onClose(): void;
  children: ReactNode;
  /** A tap beside it closes it as well, unless something half done would be lost. */
  backdrop?: "closes" | "stays";
}>;

export function Dialog({ title, onClose, children, backdrop = "closes" }: DialogProps): ReactElement {
  const { t } = useTranslation();
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  // Before the browser draws: what is inside may then take the focus, and closing gives it back where it was,
  // which a dialog that has left the page already cannot do.
  useLayoutEffect(() => {
    const element = dialog.current;
    element?.showModal();
    return () => element?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      className="dialog"
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        // A tap on the backdrop reaches the dialog itself.
        if (event.target === dialog.current && backdrop === "closes") onClose();
      }}
    >
      <div className="dialog-body">
        <header className="dialog-head">
          <h2 id={titleId}>{title}</h2>
          <button type="button" className="button-icon" aria-label={t("common.close")} onClick={onClose}>
            <Icon name="cross" />
          </button>
        </header>
        {children}
      </div>
    </dialog>
  );
}
