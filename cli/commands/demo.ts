// huiyin demo: the whole story on a throw-away platform, every step compared with what was expected; exit 1 where one
// did not hold.
import { closing, tellStory } from "../demo/chapters.ts";
import { ending, silent, tellingFor } from "../demo/report.ts";
import { openShop } from "../demo/shop.ts";
import { createStory, type Story } from "../demo/story.ts";
import { plantOneFen, startThrowAway, type ThrowAway } from "../demo/throwAway.ts";
import { exitCodes } from "../exit.ts";
import type { Output } from "../print.ts";
import { explain } from "../problem.ts";

/** `oneFen` plants a difference before the books are compared: the story must not hold then. */
export type Difference = "none" | "oneFen";

export async function demo(output: Output, difference: Difference): Promise<void> {
  const forPeople = output === "people";
  const say = (line: string): void => void (forPeople ? console.log(line) : undefined);
  say("正在启动一个临时平台，结束后不留任何数据…… / Starting a throw-away platform; nothing is kept …");
  const colours = process.stdout.isTTY && process.env["NO_COLOR"] === undefined ? "colours" : "plain";
  const story = createStory(forPeople ? tellingFor(say, colours) : silent);
  const problem = await perform(story, difference);
  const ok = problem === null && story.steps.every((step) => step.ok);
  if (!forPeople)
    console.log(JSON.stringify({ ok, steps: story.steps, ...(problem !== null && { problem }) }));
  else if (problem === null) say(ending(story.steps));
  if (!ok) process.exitCode = exitCodes.refused;
}

/** Tells the story from the first step to the last, and clears up. Answers what kept it from being told; null mostly. */
async function perform(story: Story, difference: Difference): Promise<string | null> {
  let stage: ThrowAway | null = null;
  try {
    stage = await startThrowAway((line) => console.error(line));
    await tell(stage, story, difference);
    if (!story.steps.every((step) => step.ok)) console.error(stage.logTail());
    return null;
  } catch (error) {
    const { message } = explain(error);
    console.error(`${message}\n${stage?.logTail() ?? ""}`);
    return message;
  } finally {
    await stage?.end();
  }
}

async function tell({ launched }: ThrowAway, story: Story, difference: Difference): Promise<void> {
  const shop = await openShop(launched);
  try {
    await tellStory(story, shop);
    if (difference === "oneFen") await plantOneFen(launched);
    await closing(story, shop);
  } finally {
    await shop.close();
  }
}
