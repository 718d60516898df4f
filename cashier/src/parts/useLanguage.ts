// The language in which names and texts from the platform are shown.
import { useTranslation } from "react-i18next";
import type { Language } from "../words/index.ts";

export const useLanguage = (): Language => (useTranslation().i18n.language === "en" ? "en" : "zh");
