import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { KubernetesObject } from "@kubernetes/client-node";
import { parseAllDocuments } from "yaml";

type RbacObject = KubernetesObject & {
  roleRef?: { kind: string; name: string };
  subjects?: object[];
};

/**
 * RBAC objects bound to one user in one namespace: those of the workload's namespace move there, all subjects become
 * the user, and those about the cluster get names of their own, so that users in several namespaces do not share them.
 *
 * @param rbac path of a YAML file, or objects
 */
export function bindTo(user: string, namespace: string, rbac: string | readonly KubernetesObject[]) {
  const objects: readonly RbacObject[] = typeof rbac === "string" ? readYaml(rbac) : rbac;
  const shared = new Set(objects.filter(isShared).map(({ metadata }) => metadata?.name));
  const own = (name = "") => (shared.has(name) ? `${name}:${namespace}:${slugOf(user)}` : name);
  return objects.map((object): RbacObject => {
    const metadata = { ...object.metadata, name: own(object.metadata?.name) };
    return {
      ...object,
      metadata: isShared(object) ? metadata : { ...metadata, namespace },
      ...(object.roleRef && {
        roleRef: { ...object.roleRef, name: own(object.roleRef.name) },
        subjects: [{ kind: "User", name: user, apiGroup: "rbac.authorization.k8s.io" }],
      }),
    };
  });
}

/** A user may have any name (`principal://…/…`), an object may not. */
const slugOf = (user: string): string => createHash("sha256").update(user).digest("hex").slice(0, 12);

const isShared = ({ kind }: RbacObject): boolean => kind?.startsWith("Cluster") === true;

const readYaml = (path: string): RbacObject[] =>
  parseAllDocuments(readFileSync(path, "utf8")).map((document) => document.toJS());
