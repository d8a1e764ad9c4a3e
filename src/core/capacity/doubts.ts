import type { Gap } from "../model/gap.ts";
import type { Scaling } from "./autoscaling/room-by-scaling.ts";
import type { Ending } from "./decide.ts";
import { deviceResources, provides } from "./devices.ts";
import { BRIEF, endingOf } from "./ending.ts";
import type { Model } from "./model.ts";
import { toOccupancy } from "./occupancy.ts";
import type { Incoming } from "./room.ts";
import { scalingOf } from "./scaling.ts";
import type { Snapshot } from "./verdict.ts";
import { volumeGapsOf } from "./volume-gaps.ts";

/** What keeps an answer from being certain. */
export interface Doubts {
  /** May take room away: then "completes" is not certain, but a stall is. */
  readonly ofRoom: readonly Gap[];
  /** May make room as well: then nothing is certain. */
  readonly ofStall: readonly Gap[];
}

/** What the answer was asked of. */
interface Asked {
  readonly snapshot: Snapshot;
  readonly scaling: Scaling;
}

const WHY = "no filter of this version judges it";
/** Another scheduler may have other filters; an unknown priority may preempt; whoever set a gate may lift it. */
const MAY_MAKE_ROOM = new Set(["schedulerName", "priorityClassName", "schedulingGates"]);

/** Collects all that could not be read, or is not judged, and could change the answer. */
export function doubtsOf({ snapshot, scaling }: Asked, model: Model, ending: Ending): Doubts {
  const features = snapshot.pod.unmodelled.map((what) => ({ what, why: WHY }));
  return {
    ofRoom: [
      ...snapshot.gaps.filter(({ takesRoom }) => takesRoom),
      ...features.filter(({ what }) => !MAY_MAKE_ROOM.has(what)),
      ...volumeGapsOf(model),
    ],
    ofStall: [
      ...snapshot.gaps.filter(({ takesRoom }) => !takesRoom),
      ...features.filter(({ what }) => MAY_MAKE_ROOM.has(what)),
      ...denied(snapshot),
      // Nodes that are not there yet are in no snapshot.
      ...(scaling.kind === "may-add" ? scaling.gaps : []),
      ...(ending.kind === "stalls"
        ? [...devices(snapshot, model), ...unasked({ snapshot, scaling }, model)]
        : []),
    ],
  };
}

/** A denial that the current template gets as well says nothing about the change. */
function denied({ admission }: Snapshot): readonly Gap[] {
  if (admission.kind !== "denied" || admission.currentPasses) return [];
  return [{ what: "dry run of the pod", why: `denied, for the current template too: ${admission.message}` }];
}

/** Source: pkg/scheduler/framework/plugins/noderesources/fit.go (v1.36.3), `shouldDelegateResourceToDRA`. */
function devices({ devices }: Snapshot, model: Model): readonly Gap[] {
  const areKnown = devices?.gaps.length === 0;
  const names = deviceResources(model.pod.spec, model.minor).filter(
    (name) => !areKnown || devices.classes.some((each) => provides(each, name)),
  );
  if (names.length === 0) return [];
  const nodes = model.nodes.map((occupancy) => {
    const provided = names.filter((name) => !occupancy.node.allocatable.get(name));
    const endless = provided.map((name): [string, number] => [name, Number.MAX_SAFE_INTEGER]);
    const allocatable = new Map([...occupancy.node.allocatable, ...endless]);
    return toOccupancy({ ...occupancy.node, allocatable }, occupancy);
  });
  if (stalls({ ...model, nodes })) return [];
  const verb = areKnown ? "provides" : "may provide";
  const why = `a DeviceClass ${verb} it on nodes that do not list it`;
  return [...names.map((what) => ({ what, why })), ...(devices?.gaps ?? [])];
}

/**
 * Admission may have added what lets the pod onto nodes that refuse it as it is, or onto those that a pool would get:
 * a toleration above all.
 * Source: plugin/pkg/admission/extendedresourcetoleration/admission.go (v1.36.2); webhooks do the like.
 */
function unasked({ snapshot, scaling }: Asked, model: Model): readonly Gap[] {
  const { admission, autoscaling } = snapshot;
  if (admission.kind !== "not-asked") return [];
  const open = { ...model, pod: letIn(model.pod) };
  const ending = endingOf(open, BRIEF);
  const mayGrow = () =>
    scaling.kind === "adds-none" && scalingOf(open, ending, autoscaling).kind !== "adds-none";
  if (ending.kind === "stalls" && !mayGrow()) return [];
  return [
    {
      what: "tolerations and the like",
      why: "admission, which was not asked, may add what lets the pod onto nodes that refuse it as it is",
    },
  ];
}

/** The pod as if only resources and the number of pods could stand in its way. */
const letIn = ({ spec, requests, namespace, labels }: Incoming): Incoming => ({
  namespace,
  labels,
  requests,
  hostPorts: [],
  spec: {
    ...spec,
    nodeName: undefined,
    nodeSelector: {},
    nodeAffinity: undefined,
    tolerations: [{ key: undefined, operator: "Exists", value: "", effect: undefined }],
  },
});

const stalls = (model: Model): boolean => endingOf(model, BRIEF).kind === "stalls";
