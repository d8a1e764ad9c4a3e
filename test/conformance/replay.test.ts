import { expect, test } from "vitest";
import { among } from "./alone.ts";
import { judge, seeEnds } from "./judge.ts";
import { predictAgain } from "./predict.ts";
import { recorded } from "./recorded.ts";

/*
 * What real schedulers and controllers did, held against what the pre-check says today. `npm run conformance` plays
 * new ones.
 */

test.for((await recorded()).map((each) => [titleOf(each), each] as const))("%s", async ([, each]) => {
  const played = among(each);
  const { runs, skipped } = judge(played, await predictAgain(played), await seeEnds(played));
  expect([...skipped]).toEqual([]);
  expect(runs.flatMap(({ comparison }) => comparison.disagreements)).toEqual([]);
});

function titleOf({ minor, played }: Awaited<ReturnType<typeof recorded>>[number]): string {
  const [end] = played.ends;
  if (end === undefined) return "nothing was played";
  const { scenario, observed } = end;
  return `1.${minor}, ${scenario.id}: ${scenario.features.join(", ")} ${observed.outcome} at ${observed.available} of ${observed.replicas}`;
}
