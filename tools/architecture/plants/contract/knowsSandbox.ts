import { book } from "../sandbox/book.ts";
export const mine = book;
