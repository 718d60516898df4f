import { request } from "node:https";
import { port } from "../port.ts";
export const client = [request, port];
