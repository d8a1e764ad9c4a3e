import { loadYaml } from "@kubernetes/client-node";
import type { NodeGroup, Obstacle } from "../../core/model/autoscaling.ts";
import { type Instant, instant } from "../../core/model/instant.ts";

/** What an autoscaler says of itself. */
export interface AutoscalerStatus {
  /** When it was written; `undefined` where it does not tell. */
  readonly at: Instant | undefined;
  /** Whether the autoscaler is up and finds the cluster fit to be scaled. */
  readonly fit: boolean;
  readonly groups: readonly NodeGroup[];
}

/**
 * Reads `status` of the ConfigMap `cluster-autoscaler-status`: YAML since 1.30, text before. `undefined` for whatever
 * does not read as one to the last number: half a status is no status.
 * Source: autoscaler/cluster-autoscaler/clusterstate/api/types.go; utils.go, `GetReadableString` (1.29).
 */
export function toAutoscalerStatus(text: unknown): AutoscalerStatus | undefined {
  if (typeof text !== "string") return undefined;
  return /^\s*Cluster-autoscaler status at /.test(text) ? fromText(text) : fromYaml(text);
}

/** One group as either form tells it. */
interface WireGroup {
  readonly name: unknown;
  readonly health: unknown;
  readonly target: unknown;
  readonly max: unknown;
  readonly scaleUp: unknown;
  readonly error: string;
}

function fromYaml(text: string): AutoscalerStatus | undefined {
  const status = fieldsOf(parsed(text));
  if (status.autoscalerStatus === "Initializing") return { at: timeOf(status.time), fit: false, groups: [] };
  if (status.autoscalerStatus !== "Running") return undefined;
  const list = status.nodeGroups ?? [];
  if (!Array.isArray(list)) return undefined;
  const groups = list.map(fieldsOf).map(({ name, health, scaleUp }) => {
    const { status, cloudProviderTarget, maxSize } = fieldsOf(health);
    const { status: state, backoffInfo } = fieldsOf(scaleUp);
    const { errorCode, errorMessage } = fieldsOf(backoffInfo);
    const error = [errorCode, errorMessage]
      .filter((part) => typeof part === "string" && part !== "")
      .join(": ");
    return toGroup({
      name,
      health: status,
      target: cloudProviderTarget,
      max: maxSize,
      scaleUp: state,
      error,
    });
  });
  const overall = fieldsOf(fieldsOf(status.clusterWide).health).status;
  return whole(timeOf(status.time), overall !== "Unhealthy", groups);
}

function parsed(text: string): unknown {
  try {
    return loadYaml<unknown>(text);
  } catch {
    return undefined;
  }
}

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};

const HEALTH = /^[ \t]*Health:[ \t]+(\w+) \(/m;
const NUMBERS =
  /^[ \t]*Health:[ \t]+\w+ \(.*\bcloudProviderTarget=(\d+) \(minSize=\d+, maxSize=(\d+)\)\)[ \t\r]*$/m;
const SCALE_UP = /^[ \t]*ScaleUp:[ \t]+(\w+) \(/m;

function fromText(text: string): AutoscalerStatus | undefined {
  const [head = "", groups, ...more] = text.split(/^[ \t]*NodeGroups:[ \t]*$/m);
  const at = timeOf(/^[ \t]*Cluster-autoscaler status at (.+?):?[ \t\r]*$/m.exec(head)?.[1]);
  const overall = HEALTH.exec(head)?.[1];
  if (more.length > 0 || overall === undefined) return undefined;
  if (groups === undefined) return { at, fit: overall !== "Unhealthy", groups: [] };
  const [before = "", ...blocks] = groups.split(/^[ \t]*Name:[ \t]+/m);
  if (before.trim() !== "") return undefined;
  return whole(
    at,
    overall !== "Unhealthy",
    blocks.map((block) => {
      const [, target, max] = NUMBERS.exec(block) ?? [];
      return toGroup({
        name: block.split("\n", 1)[0]?.trim(),
        health: HEALTH.exec(block)?.[1],
        target: target === undefined ? undefined : Number(target),
        max: max === undefined ? undefined : Number(max),
        scaleUp: SCALE_UP.exec(block)?.[1],
        error: "",
      });
    }),
  );
}

function whole(
  at: Instant | undefined,
  fit: boolean,
  groups: readonly (NodeGroup | undefined)[],
): AutoscalerStatus | undefined {
  const known = groups.filter((group) => group !== undefined);
  return known.length === groups.length ? { at, fit, groups: known } : undefined;
}

/** URL of a managed instance group, its zone and its name. */
const GROUP_URL = /\/zones\/([a-z0-9-]+)\/instanceGroup(?:Manager)?s\/([^/]+)$/;

function toGroup({ name, target, max, ...state }: WireGroup): NodeGroup | undefined {
  if (typeof name !== "string" || name === "" || !isCount(target) || !isCount(max)) return undefined;
  const [, zone, ownName] = GROUP_URL.exec(name) ?? [];
  return {
    name: ownName ?? name,
    pool: undefined,
    zone,
    target,
    limit: { of: "either", max },
    obstacle: obstacleOf(state),
    taints: [],
    config: undefined,
  };
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

/** States in which a group may grow. Source: clusterstate/api/types.go, `ClusterAutoscalerConditionStatus`. */
const READY = new Set(["Needed", "NotNeeded", "InProgress", "NoActivity"]);

/** Source: core/scaleup/orchestrator/orchestrator.go, `IsNodeGroupReadyToScaleUp`. */
function obstacleOf({
  health,
  scaleUp,
  error,
}: Pick<WireGroup, "health" | "scaleUp" | "error">): Obstacle | undefined {
  if (scaleUp === "Backoff") return { kind: "backoff", text: error };
  if (health === "Unhealthy")
    return { kind: "not-ready", text: "not ready for scale-up: its nodes are unhealthy" };
  if (health === "Healthy" && READY.has(String(scaleUp))) return undefined;
  return { kind: "doubt", text: "what its state means for more nodes is not known" };
}

/** `2023-12-20 10:52:04.558615784 +0000 UTC`, as Go writes a time, with a monotonic reading behind it or not. */
const GO_TIME = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(\.\d{1,3})?\d* ([+-]\d\d)(\d\d)\b/;

function timeOf(text: unknown): Instant | undefined {
  const [, day, time, part = "", hours, minutes] = GO_TIME.exec(String(text)) ?? [];
  const ms = Date.parse(`${day}T${time}${part}${hours}:${minutes}`);
  return Number.isNaN(ms) ? undefined : instant(ms);
}
