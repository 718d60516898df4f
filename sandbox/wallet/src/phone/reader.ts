// Reads the merchant’s code out of a picture: with the browser’s own reader where it has one, else with WebAssembly from
// our own server. Loaded when the first picture comes: it weighs more than the rest of the page.

/** The text of a QR code in a picture; null where there is none. Rejects when the file is no picture. */
export async function textInPicture(picture: Blob): Promise<string | null> {
  const bitmap = await createImageBitmap(picture);
  try {
    const detector = await openDetector();
    const found = await detector.detect(bitmap);
    return found.find(({ rawValue }) => rawValue !== "")?.rawValue ?? null;
  } finally {
    bitmap.close();
  }
}

type Detector = Readonly<{
  detect(source: ImageBitmap): Promise<ReadonlyArray<Readonly<{ rawValue: string }>>>;
}>;
type NativeDetectorClass = (new (options: { formats: readonly string[] }) => Detector) & {
  getSupportedFormats(): Promise<readonly string[]>;
};

const formats = ["qr_code"] as const;

async function openDetector(): Promise<Detector> {
  const native = (globalThis as { BarcodeDetector?: NativeDetectorClass }).BarcodeDetector;
  const known = (await native?.getSupportedFormats().catch(() => [])) ?? [];
  if (native !== undefined && known.includes("qr_code")) return new native({ formats });
  const { BarcodeDetector, prepareZXingModule } = await import("barcode-detector/ponyfill");
  const { default: wasmUrl } = await import("zxing-wasm/reader/zxing_reader.wasm?url");
  await prepareZXingModule({ overrides: { locateFile: () => wasmUrl }, fireImmediately: true });
  return new BarcodeDetector({ formats: [...formats] });
}
