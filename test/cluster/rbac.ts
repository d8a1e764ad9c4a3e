import { readFileSync } from "node:fs";
import type { KubernetesObject } from "@kubernetes/client-node";
import { parseAllDocuments } from "yaml";

type RbacObject = KubernetesObject & {
  roleRef?: { kind: string; name: string };
  subjects?: object[];
};

/**
 * RBAC objects bound to one user in one namespace: namespaced ones move there, all subjects become the user, and
 * cluster-wide ones get names of their own, so that users in several namespaces do not share them.
 *
 * @param rbac path of a YAML file, or objects
 */
export function bindTo(user: string, namespace: string, rbac: string | readonly KubernetesObject[]) {
  const objects: readonly RbacObject[] = typeof rbac === "string" ? readYaml(rbac) : rbac;
  const clusterRoles = new Set(
    objects.filter(({ kind }) => kind === "ClusterRole").map((role) => role.metadata?.name),
  );
  const own = (name = "") => `${name}:${namespace}:${user}`;
  return objects.map((object): RbacObject => {
    const isClusterWide = object.kind?.startsWith("Cluster");
    const { name = "" } = object.metadata ?? {};
    return {
      ...object,
      metadata: isClusterWide ? { ...object.metadata, name: own(name) } : { ...object.metadata, namespace },
      ...(object.roleRef && {
        roleRef: {
          ...object.roleRef,
          name: clusterRoles.has(object.roleRef.name) ? own(object.roleRef.name) : object.roleRef.name,
        },
        subjects: [{ kind: "User", name: user, apiGroup: "rbac.authorization.k8s.io" }],
      }),
    };
  });
}

const readYaml = (path: string): RbacObject[] =>
  parseAllDocuments(readFileSync(path, "utf8")).map((document) => document.toJS());
