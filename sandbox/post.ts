// Posts a notification to a merchant’s address, exactly once, as the networks do: no redirects, a short wait.

const waitMsMax = 5_000;
const answerBytesMax = 1_024;

/** What is posted: its headers, and its body as it is. */
export type PostedNotice = Readonly<{ url: string; headers: Readonly<Record<string, string>>; body: string }>;

/**
 * The answer’s status and text (empty where it is too long); null when nothing answered.
 * Rejects only when the sandbox itself is stopping: such an attempt does not count.
 */
export async function postNotice(
  { url, headers, body }: PostedNotice,
  stopping: AbortSignal,
): Promise<Readonly<{ status: number; body: string }> | null> {
  try {
    const signal = AbortSignal.any([stopping, AbortSignal.timeout(waitMsMax)]);
    const answer = await fetch(url, { method: "POST", headers, body, redirect: "manual", signal });
    const bytes = Buffer.from(await answer.arrayBuffer());
    const text = bytes.length <= answerBytesMax ? bytes.toString("utf8") : "";
    return { status: answer.status, body: text };
  } catch (error) {
    if (stopping.aborted) throw error;
    return null;
  }
}

/** The same for a form: the answer’s text; empty where the status is not 200; null when nothing answered. */
export async function postForm(url: string, body: string, stopping: AbortSignal): Promise<string | null> {
  const headers = { "content-type": "application/x-www-form-urlencoded; charset=utf-8" };
  const answer = await postNotice({ url, headers, body }, stopping);
  if (answer === null) return null;
  return answer.status === 200 ? answer.body : "";
}
