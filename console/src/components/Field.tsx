// A field of a form with its name, its note and what is wrong with it, tied together for readers that hear the page.
import { useId } from "react";

type FieldProperties = Readonly<{
  label: string;
  hint?: string | undefined;
  /** What is wrong, in words; undefined where nothing is. */
  problem?: string | undefined;
  /** The control itself, given what ties it to the texts. */
  children: (tie: FieldTie) => React.ReactNode;
}>;

export type FieldTie = Readonly<{ id: string; "aria-describedby": string; "aria-invalid": boolean }>;

export function Field({ label, hint, problem, children }: FieldProperties) {
  const id = useId();
  return (
    <div className="channel-field">
      <label htmlFor={id}>{label}</label>
      {children({ id, "aria-describedby": `${id}-help`, "aria-invalid": problem !== undefined })}
      <div id={`${id}-help`} className="quiet">
        {problem !== undefined && <span className="field-problem">{problem} </span>}
        {hint}
      </div>
    </div>
  );
}
