import { Type } from "typebox";
export const schema = Type.String();
