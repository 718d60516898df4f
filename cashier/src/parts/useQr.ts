// A text as the drawing of a QR code. What draws it is loaded with the first one.
import { useEffect, useState } from "react";
import type { QrPath } from "../receipt/qr.ts";

/** The drawing of this text; null until it is there. */
export function useQr(text: string): QrPath | null {
  const [qr, setQr] = useState<QrPath | null>(null);
  useEffect(() => {
    let present = true;
    void import("../receipt/qr.ts").then(({ qrPathOf }) => present && setQr(qrPathOf(text)));
    return () => {
      present = false;
    };
  }, [text]);
  return qr;
}
