// placeholder until landed
import type { Output } from "../print.ts";
export async function demo(_output: Output, _difference: "none" | "oneFen"): Promise<void> {}
