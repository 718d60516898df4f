// A moment: relative where it is fresh, exact on hover.
import { Tooltip } from "antd";
import { useEffect, useState } from "react";
import { useLanguage } from "../language.ts";
import { exactTime } from "../times.ts";

function useNow(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 10_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}

export function Moment({ at }: { at: string }) {
  const { t } = useLanguage();
  const seconds = Math.round((useNow() - Date.parse(at)) / 1000);
  let text = exactTime(at);
  if (seconds > -5 && seconds < 5) text = t("justNow");
  else if (seconds > 0 && seconds < 60) text = t("seconds", { count: seconds });
  else if (seconds > 0 && seconds < 3600) text = t("minutes", { count: Math.floor(seconds / 60) });
  else if (seconds > 0 && seconds < 86_400) text = t("hours", { count: Math.floor(seconds / 3600) });
  return (
    <Tooltip title={exactTime(at)}>
      <time dateTime={at} className="moment">
        {text}
      </time>
    </Tooltip>
  );
}
