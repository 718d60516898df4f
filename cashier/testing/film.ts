// For tests in a real browser: a film of one code. Chromium's fake camera plays it; a page whose browser has no camera at
// all is lent one that does.
import { writeFileSync } from "node:fs";
import type { Browser, BrowserContext } from "playwright-core";
import { create } from "qrcode";

const width = 640;
const height = 480;
const frames = 4;
const moduleEdge = 9;
const white = 235;
const black = 16;
const grey = 128;

export type Film = Readonly<{
  /** From now on the camera sees this text as a QR code in the middle of its picture. */
  show(text: string): void;
  /** The dark squares of what is shown now: left and top edge, pixels of a picture of 640 × 480. */
  squares(): readonly Square[];
}>;

type Square = readonly [left: number, top: number];

/** Writes films (YUV4MPEG2) to the file, the first one at once. */
export function openFilm(file: string): Film {
  let squares: readonly Square[] = [];
  const show = (text: string): void => {
    squares = squaresOf(text);
    writeFileSync(file, filmOf(squares));
  };
  show("nothing");
  return { show, squares: () => squares };
}

/** What Chromium is started with, so that the film plays in front of its camera. */
export function cameraArguments(file: string): readonly string[] {
  return ["--use-fake-device-for-media-stream", `--use-file-for-fake-video-capture=${file}`];
}

function squaresOf(text: string): readonly Square[] {
  const { size, data } = create(text, { errorCorrectionLevel: "M" }).modules;
  const left = Math.floor((width - size * moduleEdge) / 2);
  const top = Math.floor((height - size * moduleEdge) / 2);
  const edges = Array.from(data, (dark, at): readonly [number, Square] => [
    dark,
    [left + (at % size) * moduleEdge, top + Math.floor(at / size) * moduleEdge],
  ]);
  return edges.flatMap(([dark, square]) => (dark ? [square] : []));
}

function filmOf(squares: readonly Square[]): Buffer {
  const luma = Buffer.alloc(width * height, white);
  for (const [left, top] of squares)
    for (let y = top; y < top + moduleEdge; y += 1)
      luma.fill(black, y * width + left, y * width + left + moduleEdge);
  const chroma = Buffer.alloc((width * height) / 2, grey);
  const frame = Buffer.concat([Buffer.from("FRAME\n"), luma, chroma]);
  const header = Buffer.from(`YUV4MPEG2 W${width} H${height} F10:1 Ip A1:1 C420jpeg\n`);
  return Buffer.concat([header, ...Array.from({ length: frames }, () => frame)]);
}

/**
 * Whether the browser can open a camera where it is allowed to: a headless shell, which is all that a package holds,
 * refuses each as “not supported”.
 */
export async function hasCamera(browser: Browser, secureUrl: string): Promise<boolean> {
  const context = await browser.newContext();
  try {
    await context.grantPermissions(["camera"]);
    const page = await context.newPage();
    await page.goto(secureUrl);
    return await page.evaluate(() =>
      navigator.mediaDevices.getUserMedia({ video: true }).then(
        () => true,
        (error: Error) => {
          if (error.name === "NotSupportedError") return false;
          throw error;
        },
      ),
    );
  } finally {
    await context.close();
  }
}

/** Lends every page of the context a camera: one that sees the film, or one that the browser does not let us have. */
export async function lendCamera(context: BrowserContext, camera: "refused" | Film): Promise<void> {
  if (camera !== "refused") await context.exposeFunction("huiyinSquares", camera.squares);
  const lens: Lens = { refused: camera === "refused", width, height, moduleEdge };
  await context.addInitScript(actAsCamera, lens);
}

type Lens = Readonly<{ refused: boolean; width: number; height: number; moduleEdge: number }>;

/** In the page, before its own scripts. */
function actAsCamera({ refused, width, height, moduleEdge }: Lens): void {
  const drawEveryMs = 100;
  navigator.mediaDevices.getUserMedia = async () => {
    if (refused) throw new DOMException("Permission denied", "NotAllowedError");
    const { huiyinSquares } = globalThis as unknown as { huiyinSquares: () => Promise<readonly Square[]> };
    const squares = await huiyinSquares();
    const canvas = Object.assign(document.createElement("canvas"), { width, height });
    const brush = canvas.getContext("2d");
    const paint = (colour: string, left: number, top: number, edges: readonly [number, number]): void => {
      if (brush !== null) brush.fillStyle = colour;
      brush?.fillRect(left, top, ...edges);
    };
    const draw = (): void => {
      paint("white", 0, 0, [width, height]);
      for (const [left, top] of squares) paint("black", left, top, [moduleEdge, moduleEdge]);
    };
    draw();
    // A canvas that nobody paints gives no picture.
    setInterval(draw, drawEveryMs);
    return canvas.captureStream();
  };
}
