import { plural } from "../plural.ts";
import type { Ending } from "./decide.ts";
import { BRIEF, endingOf, endingsOf, RECKONED } from "./ending.ts";
import { liftedConstraints } from "./fixes/constraints.ts";
import { moreNodes } from "./fixes/nodes.ts";
import { smallerRequests } from "./fixes/requests.ts";
import type { Model, Start } from "./model.ts";
import { smallest } from "./smallest.ts";
import type { JudgedNode } from "./stuck.ts";
import type { Fix } from "./verdict.ts";
import { volumeGapsOf } from "./volume-gaps.ts";

/** What a fix starts from: a rollout that does not complete, and the nodes when it is stuck. */
export interface Stall {
  readonly model: Model;
  readonly ending: Exclude<Ending, { kind: "completes" }>;
  readonly nodes: readonly JudgedNode[];
}

type CompletesFrom = (start: Start) => boolean;

/** Single changes that make a stalling rollout complete, each tried out on the model, the simplest first. */
export function fixesOf({ model, ending, nodes }: Stall): readonly Fix[] {
  const efforts = ending.kind === "depends" && ending.sample !== undefined ? RECKONED : BRIEF;
  // What only shows once a volume is bound keeps a change from being sure to help.
  const isSure = (changed: Model, end: Ending): boolean =>
    end.kind === "completes" && volumeGapsOf(changed).length === 0;
  const completes = (changed: Model): boolean => isSure(changed, endingOf(changed, efforts));
  const endings = endingsOf(model, efforts);
  const completesFrom = (start: Start): boolean => isSure({ ...model, start }, endings(start));
  // Another template is another ReplicaSet: pods that this one has already would be old ones to it.
  const isFree = model.start.wanted === 0;
  const fixes = [
    // No node helps where the API lets no further pod in.
    ...(ending.by === "room"
      ? [moreNodes(model, completes), ...(isFree ? smallerRequests(model, nodes, completes) : [])]
      : []),
    moreUnavailable(model, completesFrom),
    moreSurge(model, completesFrom),
    fewerReplicas(model, completesFrom),
    ...(ending.by === "room" && isFree ? liftedConstraints(model, completes) : []),
  ];
  return fixes.filter((fix) => fix !== undefined);
}

/** Old pods that go earlier give their room earlier. `Recreate` takes all away already. */
function moreUnavailable(model: Model, completes: CompletesFrom): Fix | undefined {
  const { start } = model;
  const unavailable = smallest(start.unavailable + 1, start.replicas, (candidate) =>
    completes({ ...start, unavailable: candidate }),
  );
  if (unavailable === undefined) return undefined;
  const kept = start.replicas - unavailable;
  const cost = kept === 0 ? "no pod would stay available meanwhile" : `${kept} would stay available`;
  return {
    kind: "strategy",
    text: `maxUnavailable: ${unavailable} would do (${cost})`,
    value: `${unavailable}`,
  };
}

/** Fewer pods at once: a quota that is tight, or a constraint between pods, may want that. */
function moreSurge(model: Model, completes: CompletesFrom): Fix | undefined {
  const { start } = model;
  if (start.surge === 0 || start.unavailable === 0) return undefined;
  if (!completes({ ...start, surge: 0 })) return undefined;
  return { kind: "strategy", text: "maxSurge: 0 would do", value: "0" };
}

function fewerReplicas(model: Model, completes: CompletesFrom): Fix | undefined {
  const { start, allowanceFor } = model;
  const fewer = smallest(1, start.replicas - 1, (less) => {
    const replicas = start.replicas - less;
    return completes(scaled(start, replicas, allowanceFor(replicas)));
  });
  if (fewer === undefined) return undefined;
  const replicas = start.replicas - fewer;
  const text = `${replicas === 1 ? "one" : replicas} ${plural(replicas, "replica")} instead of ${start.replicas} would do`;
  return { kind: "replicas", text, value: `${replicas}` };
}

function scaled(start: Start, replicas: number, allowed: Pick<Start, "surge" | "unavailable">): Start {
  const { surge, unavailable } = allowed;
  const available = Math.min(start.available, replicas);
  return { ...start, replicas, surge, unavailable, available, wanted: Math.min(start.wanted, replicas) };
}
