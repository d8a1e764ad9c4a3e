import type { Serve } from "../../faults/front.ts";
import { type Call, googleApi } from "../api.ts";
import { json, noProject, notFound, required } from "../problem.ts";
import type { World } from "../world.ts";

const SERVICE = "container.googleapis.com";

/** The Container API: `clusters.get`, and `clusters.list` in one location or all (`-`). */
export function container(world: World, clusterJson: () => unknown): Serve {
  const { facts, trouble } = world;
  const get: Call = {
    path: /^\/v1\/projects\/([^/]+)\/locations\/([^/]+)\/clusters\/([^/]+)$/,
    answer([project = "", location, name]) {
      const resource = `projects/${project}/locations/${location}/clusters/${name}`;
      if (project !== facts.project && project !== facts.projectNumber) return noProject(project, SERVICE);
      if (trouble.denied.has("container.clusters.get")) return required("container.clusters.get", resource);
      if (location === facts.location && name === facts.cluster) return json(clusterJson());
      const other = facts.otherClusters.find((one) => one.location === location && one.name === name);
      return other ? json({ ...other, status: "RUNNING" }) : notFound(`Not found: ${resource}.`);
    },
  };
  const list: Call = {
    path: /^\/v1\/projects\/([^/]+)\/locations\/([^/]+)\/clusters$/,
    answer([project = "", location]) {
      if (project !== facts.project && project !== facts.projectNumber) return noProject(project, SERVICE);
      if (trouble.denied.has("container.clusters.list")) {
        return required("container.clusters.list", `projects/${project}`);
      }
      const ours = { name: facts.cluster, location: facts.location };
      const there = [ours, ...facts.otherClusters].filter(
        (one) => location === "-" || one.location === location,
      );
      const clusters = there.map((one) => (one === ours ? clusterJson() : { ...one, status: "RUNNING" }));
      return json(clusters.length > 0 ? { clusters } : {});
    },
  };
  return googleApi(world, SERVICE, [get, list]);
}
