export type Verdict = Readonly<{ name: string; killed: "yes" | "no"; detail: string }>;
export async function runMutant(_deps: { name: string; seed: number; url: string }): Promise<Verdict> {
  throw new Error("later");
}
