import { port } from "../channels/port.ts";
export const port2 = port;
