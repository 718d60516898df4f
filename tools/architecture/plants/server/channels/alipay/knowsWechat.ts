import { client } from "../wechat/client.ts";
export const other = client;
