import type { HostPort } from "../../model/pod-spec.ts";
import type { NodeFilter, Refusal } from "./filter.ts";

const ANY_IP = "0.0.0.0";

/**
 * Wants the host ports of containers and sidecars free; `0.0.0.0` clashes with every address. So a node takes at
 * most one pod that wants any.
 * Source: pkg/scheduler/framework/plugins/nodeports/node_ports.go (v1.34.1); `HostPortInfo.CheckConflict`.
 */
export const nodePorts: NodeFilter = {
  kind: "node",
  scope: "node",
  refusals: (pod, { hostPorts }) => (clash(pod.hostPorts, hostPorts) ? TAKEN : []),
  signature: (pod, { hostPorts }) => (pod.hostPorts.length === 0 ? "" : JSON.stringify(hostPorts)),
  further: ({ hostPorts }) => (hostPorts.length > 0 ? 1 : Number.POSITIVE_INFINITY),
};

const TAKEN: readonly Refusal[] = [
  {
    id: "host-ports",
    text: "node(s) didn't have free ports for the requested pod ports",
    resolvable: true,
  },
];

/** Whether two pods with these host ports cannot share a node. */
function clash(wanted: readonly HostPort[], taken: readonly HostPort[]): boolean {
  return wanted.some((want) =>
    taken.some(
      (used) =>
        used.port === want.port &&
        used.protocol === want.protocol &&
        (used.ip === want.ip || used.ip === ANY_IP || want.ip === ANY_IP),
    ),
  );
}
