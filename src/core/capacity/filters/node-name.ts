import type { NodeFilter } from "./filter.ts";

/**
 * Admits a pod that names its node to that node only.
 * Source: pkg/scheduler/framework/plugins/nodename/node_name.go (v1.34.1).
 */
export const nodeName: NodeFilter = {
  kind: "node",
  scope: "fixed",
  refusals: ({ spec }, { node }) =>
    !spec.nodeName || spec.nodeName === node.name
      ? []
      : [{ id: "node-name", text: "node(s) didn't match the requested node name", resolvable: false }],
};
