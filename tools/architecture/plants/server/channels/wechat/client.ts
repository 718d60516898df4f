export const client = "wechat";
