// Opens the device's camera, and says in one word why it does not open.

export type CameraTrouble = "insecure" | "denied" | "absent" | "busy" | "failed";

/** Browsers have a name for each failure; older ones names of their own. */
const troubles: ReadonlyMap<string, CameraTrouble> = new Map([
  ["NotAllowedError", "denied"],
  ["PermissionDeniedError", "denied"],
  ["SecurityError", "denied"],
  ["NotFoundError", "absent"],
  ["DevicesNotFoundError", "absent"],
  ["OverconstrainedError", "absent"],
  ["NotReadableError", "busy"],
  ["TrackStartError", "busy"],
  ["AbortError", "busy"],
]);

/** Why there will be no picture. */
export function troubleOf(error: unknown): CameraTrouble {
  const { name } = (error ?? {}) as { name?: unknown };
  return troubles.get(String(name)) ?? "failed";
}

export type Camera =
  Readonly<{ kind: "open"; stream: MediaStream }> | Readonly<{ kind: "trouble"; trouble: CameraTrouble }>;

/** Asks for the camera at the back where there is one. Without a secure context browsers have none to ask for. */
export async function openCamera(): Promise<Camera> {
  const devices = (navigator as Partial<Navigator>).mediaDevices;
  if (devices === undefined)
    return { kind: "trouble", trouble: window.isSecureContext ? "absent" : "insecure" };
  try {
    const video = { facingMode: "environment", width: { ideal: 1280 }, height: { ideal: 720 } };
    return { kind: "open", stream: await devices.getUserMedia({ audio: false, video }) };
  } catch (error) {
    return { kind: "trouble", trouble: troubleOf(error) };
  }
}

/** Lets the camera go, so that its light goes out and others may use it. */
export function closeCamera(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}
