// Errors of announcements.
import type { DeclaredError } from "./types.ts";

export const arrivalErrors = {
  arrival_unknown: {
    status: 404,
    retry: "never",
    title: { zh: "没有这条播报，或不属于本终端", en: "There is no such announcement for this terminal" },
    next: { zh: "请丢弃这条播报，并重新询问待播报内容。", en: "Drop it, and ask again for what is pending." },
  },
} as const satisfies Record<string, DeclaredError>;
