import { expect, test } from "vitest";
import { toIncoming } from "../../../../src/core/capacity/room.ts";
import { schedulingOf } from "../../../../src/core/capacity/scheduling.ts";
import { podSpec } from "../builders.ts";
import { big, viewOf } from "../volumes.ts";

const FEATURE = "RestartAllContainersOnContainerExits";

const judged = (features: readonly string[] | undefined, minor = 36) => {
  const nodes = [big("a", { declaredFeatures: [FEATURE, "Other"] }), big("b")];
  const spec = podSpec({}, features && { features });
  const asked = schedulingOf(toIncoming(spec, "shop"), viewOf({ volumes: [], nodes, minor }));
  return nodes.map((_, index) => asked.refusals(index).map(({ text }) => text));
};

test("schedulingOf() wants the features of the pod declared, from 1.36 on", () => {
  expect(judged([FEATURE])).toEqual([[], ["node(s) didn't match Pod's required features"]]);
  expect(judged([FEATURE, "Third"])[0]).toHaveLength(1);
  expect(judged([FEATURE], 35)).toEqual([[], []]);
  expect(judged(undefined)).toEqual([[], []]);
});
