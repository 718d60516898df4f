// One field of a channel account, as the channel describes it. Keys and certificates may come from a file; what is
// secret is masked while it is typed and never comes back.
import { Button, Input } from "antd";
import { useId, useRef, useState } from "react";
import type { ChannelAccountDetail } from "@huiyin/contract/api/channels.ts";
import { isDocument, type FieldView } from "../channelConfig.ts";
import { useLanguage } from "../language.ts";

type FieldProperties = Readonly<{
  field: FieldView;
  stored: ChannelAccountDetail | null;
  /** Undefined while nothing was typed. */
  value: string | undefined;
  problem: "none" | "missing" | "malformed";
  /** What the platform said of it when it refused. */
  said?: string | undefined;
  onChange: (value: string) => void;
}>;

const fileBytesMax = 16_384;

export function ChannelField({ field, stored, value, problem, said, onChange }: FieldProperties) {
  const { t, pick } = useLanguage();
  const id = useId();
  const kept = field.secret && stored?.secretsSet.includes(field.key) === true;
  const wrong = problem === "malformed" && value !== undefined;
  const shared = {
    id,
    "aria-labelledby": `${id}-label`,
    "aria-describedby": `${id}-help`,
    "aria-invalid": wrong || said !== undefined,
    "aria-required": field.presence !== "optional",
    ...((wrong || said !== undefined) && { status: "error" as const }),
    value: value ?? stored?.config[field.key] ?? "",
    placeholder: kept ? t("fieldSecretSet") : "",
    autoComplete: "off",
    spellCheck: false,
    onChange: (event: { target: { value: string } }) => onChange(event.target.value),
  };
  return (
    <div className="channel-field">
      <label htmlFor={id} id={`${id}-label`}>
        {pick(field.label)}
        {field.presence === "optional" && <span className="quiet"> · {t("fieldOptional")}</span>}
      </label>
      {isDocument(field) ? (
        <Input.TextArea
          {...shared}
          className={field.secret ? "masked mono" : "mono"}
          autoSize={{ minRows: 2, maxRows: 6 }}
        />
      ) : field.secret ? (
        <Input.Password {...shared} autoComplete="new-password" />
      ) : (
        <Input {...shared} />
      )}
      <div id={`${id}-help`} className="quiet">
        {wrong && <span className="field-problem">{t("fieldNotMatching")} </span>}
        {!wrong && said !== undefined && <span className="field-problem">{said} </span>}
        {pick(field.help)}
      </div>
      {isDocument(field) && <FromFile label={pick(field.label)} onRead={onChange} />}
    </div>
  );
}

function FromFile({ label, onRead }: { label: string; onRead: (text: string) => void }) {
  const { t } = useLanguage();
  const chooser = useRef<HTMLInputElement>(null);
  const [said, setSaid] = useState("");
  const read = async (file: File | undefined) => {
    if (!file) return;
    if (file.size > fileBytesMax) return setSaid(t("fieldTooLarge"));
    onRead(await file.text());
    setSaid(t("fieldRead", { name: file.name }));
  };
  return (
    <div className="button-row">
      <Button
        size="small"
        onClick={() => chooser.current?.click()}
        aria-label={`${t("fieldUpload")} ${label}`}
      >
        {t("fieldUpload")}
      </Button>
      <input
        ref={chooser}
        type="file"
        hidden
        aria-label={label}
        accept=".pem,.crt,.cer,.key,.txt"
        onChange={(event) => void read(event.target.files?.[0])}
      />
      <span className="quiet" role="status">
        {said}
      </span>
    </div>
  );
}
