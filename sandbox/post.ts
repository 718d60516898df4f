// Posts a notification to a merchant’s address, exactly once, as Alipay does: a form, no redirects, a short wait.

const waitMsMax = 5_000;
const answerBytesMax = 1_024;

/**
 * The answer’s text; empty where the status is not 200 or the text is too long; null when nothing answered.
 * Rejects only when the sandbox itself is stopping: such an attempt does not count.
 */
export async function postForm(url: string, body: string, stopping: AbortSignal): Promise<string | null> {
  try {
    const answer = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded; charset=utf-8" },
      body,
      redirect: "manual",
      signal: AbortSignal.any([stopping, AbortSignal.timeout(waitMsMax)]),
    });
    const bytes = Buffer.from(await answer.arrayBuffer());
    return answer.status === 200 && bytes.length <= answerBytesMax ? bytes.toString("utf8") : "";
  } catch (error) {
    if (stopping.aborted) throw error;
    return null;
  }
}
