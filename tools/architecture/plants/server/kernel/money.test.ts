import { test } from "node:test";
import { fen } from "./money.ts";
test(String(fen), () => undefined);
