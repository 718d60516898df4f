import { pay } from "./service.ts";
export const decide = pay;
