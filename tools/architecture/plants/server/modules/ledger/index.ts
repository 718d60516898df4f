export { post } from "./service.ts";
