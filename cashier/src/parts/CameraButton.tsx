// “Scan with the camera”: opens the camera, and says plainly why where the browser does not let us.
import { useEffect, useRef, useState, type ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { closeCamera, openCamera, type CameraTrouble } from "../camera/camera.ts";
import type { CodeReader } from "../camera/reader.ts";
import { codeOf } from "../scanner.ts";
import { Dialog } from "./Dialog.tsx";
import { Icon } from "./Icon.tsx";

type CameraButtonProps = Readonly<{ onCode(code: string): void }>;

export function CameraButton({ onCode }: CameraButtonProps): ReactElement {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  return (
    <>
      <button type="button" className="button button-camera" onClick={() => setOpen(true)}>
        <Icon name="scan" />
        {t("camera.open")}
      </button>
      {open && (
        <CameraDialog
          onClose={() => setOpen(false)}
          onCode={(code) => {
            setOpen(false);
            onCode(code);
          }}
        />
      )}
    </>
  );
}

type CameraDialogProps = CameraButtonProps & Readonly<{ onClose(): void }>;

function CameraDialog({ onCode, onClose }: CameraDialogProps): ReactElement {
  const { t } = useTranslation();
  const video = useRef<HTMLVideoElement>(null);
  const [attempt, setAttempt] = useState(1);
  const [state, setState] = useState<"starting" | "looking" | CameraTrouble>("starting");
  const told = useRef(onCode);
  useEffect(() => {
    told.current = onCode;
  });
  useEffect(() => {
    const element = video.current;
    if (element === null) return;
    return look(element, setState, (code) => told.current(code));
  }, [attempt]);
  const trouble = state === "starting" || state === "looking" ? null : state;
  return (
    <Dialog title={t("camera.title")} onClose={onClose}>
      <div className="camera" data-camera={state}>
        <video ref={video} className="camera-picture" playsInline muted hidden={trouble !== null} />
        {trouble === null ? (
          <p role="status">{t(state === "looking" ? "camera.lead" : "camera.starting")}</p>
        ) : (
          <>
            <p role="alert">{t(`camera.${trouble}`)}</p>
            {trouble !== "insecure" && (
              <button
                type="button"
                className="button"
                onClick={() => {
                  setState("starting");
                  setAttempt(attempt + 1);
                }}
              >
                {t("camera.again")}
              </button>
            )}
          </>
        )}
      </div>
    </Dialog>
  );
}

const lookEveryMs = 120;

/** Shows the camera's picture and reads it until a code is found or nobody looks any more; answers how to stop. */
function look(
  element: HTMLVideoElement,
  tell: (state: "looking" | CameraTrouble) => void,
  found: (code: string) => void,
): () => void {
  let stream: MediaStream | null = null;
  let stopped = false;
  const stop = (): void => {
    stopped = true;
    if (stream !== null) closeCamera(stream);
    element.srcObject = null;
  };
  const readOn = async (reader: CodeReader): Promise<void> => {
    while (!stopped) {
      const code = codeOf((await reader.read(element).catch(() => null)) ?? "");
      if (stopped) return;
      if (code !== "") {
        stop();
        return found(code);
      }
      await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
    }
  };
  const begin = async (): Promise<void> => {
    const camera = await openCamera();
    if (camera.kind === "trouble") return stopped ? undefined : tell(camera.trouble);
    stream = camera.stream;
    // Closed while the browser was still asking for permission.
    if (stopped) return closeCamera(stream);
    element.srcObject = stream;
    const { openCodeReader } = await import("../camera/reader.ts");
    const reader = await openCodeReader();
    await element.play();
    if (stopped) return;
    tell("looking");
    await readOn(reader);
  };
  void begin().catch(() => {
    const wasOpen = !stopped;
    stop();
    if (wasOpen) tell("failed");
  });
  return stop;
}
