import { client } from "../server/channels/wechat/client.ts";
export const book = client;
