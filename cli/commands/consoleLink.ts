// huiyin console link: a fresh one-time link, for when the printed one was used or is too old.
import { connect } from "../client.ts";
import { print, type Output } from "../print.ts";

export async function consoleLink(output: Output): Promise<void> {
  const client = connect();
  const link = await client.post<{ url: string; expiresAt: string }>("/sign-in-links", {});
  print(output, link, () => console.log(link.url));
}
