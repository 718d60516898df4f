// For tests in a real browser: a film of one code, as Chromium's fake camera plays it.
import { writeFileSync } from "node:fs";
import { create } from "qrcode";

const width = 640;
const height = 480;
const frames = 4;
const moduleEdge = 9;
const white = 235;
const black = 16;
const grey = 128;

/** Writes a film (YUV4MPEG2) that shows the text as a QR code in the middle of the picture. */
export function filmCode(file: string, text: string): void {
  const { modules } = create(text, { errorCorrectionLevel: "M" });
  const { size, data } = modules;
  const left = Math.floor((width - size * moduleEdge) / 2);
  const top = Math.floor((height - size * moduleEdge) / 2);
  const luma = Buffer.alloc(width * height, white);
  for (let row = 0; row < size; row += 1)
    for (let column = 0; column < size; column += 1) {
      if (!data[row * size + column]) continue;
      for (let y = 0; y < moduleEdge; y += 1) {
        const start = (top + row * moduleEdge + y) * width + left + column * moduleEdge;
        luma.fill(black, start, start + moduleEdge);
      }
    }
  const chroma = Buffer.alloc((width * height) / 2, grey);
  const frame = Buffer.concat([Buffer.from("FRAME\n"), luma, chroma]);
  const header = Buffer.from(`YUV4MPEG2 W${width} H${height} F10:1 Ip A1:1 C420jpeg\n`);
  writeFileSync(file, Buffer.concat([header, ...Array.from({ length: frames }, () => frame)]));
}
