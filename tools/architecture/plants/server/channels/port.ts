export const port = "port";
