// A QR code as one path of squares: sharp on paper and on every screen, and drawn without a canvas.
import { create } from "qrcode";

export type QrPath = Readonly<{ path: string; size: number }>;

/** Quiet zone of four modules, as the standard wants it. */
const quiet = 4;

export function qrPathOf(text: string): QrPath {
  const { modules } = create(text, { errorCorrectionLevel: "M" });
  const { size } = modules;
  const cells = Array.from({ length: size * size }, (_, index) => index).filter(
    (index) => modules.data[index],
  );
  const path = cells
    .map((index) => `M${(index % size) + quiet} ${Math.floor(index / size) + quiet}h1v1h-1z`)
    .join("");
  return { path, size: size + 2 * quiet };
}
