import { createHash } from "node:crypto";
import { fen } from "../../kernel/money.ts";
export const decide = [createHash, fen];
