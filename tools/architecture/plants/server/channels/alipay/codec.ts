import { client } from "./client.ts";
export const codec = client;
