// Errors of diagnoses, answers and remedies.
import type { DeclaredError } from "./types.ts";

export const diagnosisErrors = {
  diagnosis_subject_missing: {
    status: 400,
    retry: "afterFix",
    title: { zh: "没有说明要诊断什么", en: "It does not say what to diagnose" },
    next: {
      zh: "请提供收款编号、终端编号或商户编号中的至少一个。",
      en: "Name a payment, a terminal or a merchant.",
    },
  },
  question_not_asked: {
    status: 409,
    retry: "afterFix",
    title: { zh: "这次诊断没有问这个问题", en: "This diagnosis did not ask that question" },
    next: {
      zh: "请重新读取诊断，按其中的问题和选项回答。",
      en: "Read the diagnosis again and answer with one of its options.",
    },
  },
  remedy_by_people: {
    status: 422,
    retry: "never",
    title: {
      zh: "这一步需要人来完成，平台不能代办",
      en: "This step is done by people; the platform cannot do it",
    },
    next: { zh: "请按说明操作，完成后重新诊断。", en: "Follow the instructions, then diagnose again." },
  },
  remedy_not_offered: {
    status: 409,
    retry: "afterFix",
    title: { zh: "这次诊断没有提供该修复", en: "This diagnosis does not offer that remedy" },
    next: { zh: "请重新读取诊断。", en: "Read the diagnosis again." },
  },
} as const satisfies Record<string, DeclaredError>;
