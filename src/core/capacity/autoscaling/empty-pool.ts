import type { NodeConfig, NodeGroup } from "../../model/autoscaling.ts";
import { formatResource } from "../../quantity.ts";
import { isTolerated } from "../filters/taint-toleration.ts";
import type { Incoming } from "../room.ts";
import { type Growth, isHeld } from "./growth.ts";
import { machineTypeOf } from "./machine-type.ts";
import { hasNoGpus, neverMatch, possibleLabels } from "./pool-labels.ts";
import { nameOf } from "./scaling-words.ts";

/** Node groups that may grow and have no ready node that a new one would be like. */
export interface EmptyPools {
  /** Of those that might help, why whether they do is not known. */
  readonly unclear: readonly string[];
  /** Those that might help, as far as is known of their nodes, and get none at the moment. */
  readonly held: readonly Growth[];
  /** Of those that do not take the pod whatever their nodes are like, why. */
  readonly refusing: readonly string[];
}

/**
 * Judges them by what the Container API tells of their nodes to be. A refusal is certain, a yes never is: what a node
 * and its daemons keep of the machine is not known, nor what else a new one has. Zones are told together.
 */
export function emptyPools(pod: Incoming, growths: readonly Growth[]): EmptyPools {
  const empty = growths.filter(({ models, room }) => models.length === 0 && room > 0);
  const judged = empty.map((growth) => ({ growth, refusal: refusalOf(pod, growth.group) }));
  const open = judged.filter(({ refusal }) => refusal === undefined).map(({ growth }) => growth);
  const held = open.filter((growth) => isHeld(growth) && growth.group.config !== undefined);
  const unclear = open
    .filter((growth) => !isHeld(growth))
    .map((growth) => ({ growth, text: ` ${unclearText(pod, growth.group)}` }));
  const refusing = judged.flatMap(({ growth, refusal }) =>
    refusal === undefined ? [] : [{ growth, text: `: ${refusal}` }],
  );
  return { unclear: byPool(unclear), held, refusing: byPool(refusing) };
}

/** What holds for several zones of a pool is said once. */
function byPool(all: readonly { readonly growth: Growth; readonly text: string }[]): readonly string[] {
  const same = Map.groupBy(all, ({ growth: { pool }, text }) => `${pool}${text}`);
  return [...same.values()].flatMap(([first, ...others]) =>
    first === undefined
      ? []
      : [`${nameOf(first.growth, ...others.map(({ growth }) => growth))}${first.text}`],
  );
}

/**
 * Why no node of the group takes the pod; `undefined` where one might.
 *
 * @internal
 */
export function refusalOf(pod: Incoming, group: NodeGroup): string | undefined {
  return untolerated(pod, group) ?? (group.config && misfit(pod, group, group.config));
}

function untolerated({ spec }: Incoming, { taints }: NodeGroup): string | undefined {
  const taint = taints.find(
    (each) => each.effect !== "PreferNoSchedule" && !isTolerated(each, spec.tolerations),
  );
  return taint && `the pod does not tolerate its taint ${taint.key}=${taint.value}:${taint.effect}`;
}

function misfit(pod: Incoming, group: NodeGroup, config: NodeConfig): string | undefined {
  const machine = machineTypeOf(config.machineType);
  if (neverMatch(pod.spec, possibleLabels(group, config)))
    return "its nodes would not match the pod's node affinity or selector";
  const limits = [
    ...(machine?.most ?? []),
    // No TPU machine is in the table of those that are known.
    ...(hasNoGpus(config, machine) ? DEVICES.map((name) => [name, 0] as const) : []),
  ];
  const short = limits.find(([name, most]) => (pod.requests.get(name) ?? 0) > most);
  return short && tooSmall(pod, config, short[0], short[1]);
}

const DEVICES = ["nvidia.com/gpu", "google.com/tpu"];

function tooSmall(pod: Incoming, { machineType }: NodeConfig, name: string, most: number): string {
  const has = most === 0 ? `no ${name}` : amountOf(name, most);
  return `its machine type ${machineType} has ${has}, and the pod requests ${requested(pod, name)}`;
}

function unclearText(pod: Incoming, { config }: NodeGroup): string {
  const machine = config && machineTypeOf(config.machineType);
  if (config === undefined || machine === undefined)
    return "has no ready node to go by, so whether one of its nodes would do is not known";
  const has = [...machine.most].map(([name, most]) => amountOf(name, most)).join(", ");
  const asks = [...machine.most.keys()].filter((name) => (pod.requests.get(name) ?? 0) > 0);
  const requests = asks.length === 0 ? "" : ` (${asks.map((name) => requested(pod, name)).join(", ")})`;
  return `has no ready node to go by; by its machine type ${config.machineType} (${has}) the pod${requests} may fit`;
}

/** `2 cpu`, `3Gi memory` */
const requested = ({ requests }: Incoming, name: string): string =>
  `${formatResource(name, requests.get(name) ?? 0)} ${name}`;

/** `4 vCPU`, `16 GiB` */
const amountOf = (name: string, amount: number): string =>
  name === "cpu" ? `${amount / 1000} vCPU` : `${Math.round((amount / 2 ** 30) * 10) / 10} GiB`;
