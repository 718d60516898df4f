// Reads codes out of pictures: with the browser's own reader where it has one, else with WebAssembly from our own server.
// Loaded when the camera is first opened: it weighs more than everything else of the cashier together.
import { BarcodeDetector, prepareZXingModule } from "barcode-detector/ponyfill";
import wasmUrl from "zxing-wasm/reader/zxing_reader.wasm?url";

export type CodeReader = Readonly<{
  /** The text of a code in the picture; null where there is none. */
  read(picture: HTMLVideoElement): Promise<string | null>;
}>;

/** Wallets show a QR code and a bar code with the same digits; receipts a QR code. */
const formats = ["qr_code", "code_128"] as const;

type NativeDetector = new (options: { formats: readonly string[] }) => {
  detect(source: HTMLVideoElement): Promise<ReadonlyArray<{ rawValue: string }>>;
};
type NativeDetectorClass = NativeDetector & { getSupportedFormats(): Promise<readonly string[]> };

/** Rejects where neither reader can be had. */
export async function openCodeReader(): Promise<CodeReader> {
  const native = (globalThis as { BarcodeDetector?: NativeDetectorClass }).BarcodeDetector;
  const known = (await native?.getSupportedFormats().catch(() => [])) ?? [];
  if (native !== undefined && formats.every((format) => known.includes(format)))
    return readerOf(new native({ formats }));
  await prepareZXingModule({ overrides: { locateFile: () => wasmUrl }, fireImmediately: true });
  return readerOf(new BarcodeDetector({ formats: [...formats] }));
}

type Detector = Readonly<{
  detect(source: HTMLVideoElement): Promise<ReadonlyArray<Readonly<{ rawValue: string }>>>;
}>;

function readerOf(detector: Detector): CodeReader {
  return {
    read: async (picture) => {
      if (picture.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return null;
      const found = await detector.detect(picture);
      return found.find(({ rawValue }) => rawValue !== "")?.rawValue ?? null;
    },
  };
}
