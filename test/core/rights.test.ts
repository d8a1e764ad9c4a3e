import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { grantable, grantsOf, grantYaml, type Right } from "../../src/core/rights.ts";
import { toLine } from "../../src/core/text.ts";

const right = (verb: string, resource: string, more: Partial<Right> = {}): Right => ({
  ...{ verb, group: "", resource, namespace: "shop", name: undefined },
  ...more,
});

interface Shown {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly rules?: readonly object[];
  readonly roleRef?: { readonly kind: string; readonly name: string };
  readonly subjects?: readonly object[];
}

/** The objects that `kubectl apply` would read, from lines as the log and the summary show them. */
const applied = (rights: readonly Right[], user: string | undefined): Shown[] => {
  const text = grantYaml(grantsOf(rights), user)
    .map((line) => toLine(line))
    .join("\n");
  return parseAllDocuments(text, { version: "1.1" }).map((document) => {
    expect(document.errors).toEqual([]);
    return document.toJS();
  });
};

describe("grantYaml()", () => {
  test("is a Role with just these rights, bound to the user", () => {
    const rights = [
      right("get", "deployments", { group: "apps", name: "web" }),
      right("patch", "deployments", { group: "apps", name: "web" }),
      right("watch", "pods"),
    ];
    const [role, binding, ...others] = applied(
      rights,
      "principal://iam.googleapis.com/projects/1/subject/x:y",
    );
    expect(others).toEqual([]);
    expect(role).toMatchObject({
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "Role",
      metadata: { namespace: "shop" },
      rules: [
        { apiGroups: ["apps"], resources: ["deployments"], resourceNames: ["web"], verbs: ["get", "patch"] },
        { apiGroups: [""], resources: ["pods"], verbs: ["watch"] },
      ],
    });
    expect(binding).toEqual({
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "RoleBinding",
      metadata: role?.metadata,
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: role?.metadata.name },
      subjects: [
        {
          apiGroup: "rbac.authorization.k8s.io",
          kind: "User",
          name: "principal://iam.googleapis.com/projects/1/subject/x:y",
        },
      ],
    });
  });

  test("is a ClusterRole for what no namespace has, beside the Role", () => {
    const objects = applied([right("watch", "pods"), right("list", "nodes", { namespace: undefined })], "ci");
    expect(objects.map(({ kind }) => kind)).toEqual([
      "Role",
      "RoleBinding",
      "ClusterRole",
      "ClusterRoleBinding",
    ]);
    expect(objects[2]?.metadata).not.toHaveProperty("namespace");
    expect(objects[3]?.roleRef?.kind).toBe("ClusterRole");
  });

  test("binds a Kubernetes service account as one", () => {
    expect(applied([right("watch", "pods")], "system:serviceaccount:ci:deployer")[1]?.subjects).toEqual([
      { kind: "ServiceAccount", name: "deployer", namespace: "ci" },
    ]);
    for (const user of [
      "system:serviceaccount:ci",
      "system:serviceaccount:ci:deployer:x",
      "serviceaccount:a:b",
    ])
      expect(applied([right("watch", "pods")], user)[1]?.subjects).toMatchObject([
        { kind: "User", name: user },
      ]);
  });

  test("never overwrites what was granted before: other rights or another user have another name", () => {
    const nameOf = (verb: string, user: string) => applied([right(verb, "pods")], user)[0]?.metadata.name;
    expect(nameOf("watch", "ci")).toBe(nameOf("watch", "ci"));
    expect(new Set([nameOf("watch", "ci"), nameOf("list", "ci"), nameOf("watch", "cd")]).size).toBe(3);
    expect(nameOf("watch", "ci")).toMatch(/^gke-safe-rollout-[0-9a-f]{8}$/);
  });

  test("keeps any name whole, also after it was made safe for the log", () => {
    const hostile = fc.oneof(
      fc.string({ unit: "binary" }),
      fc
        .array(
          fc.constantFrom(
            "\n",
            "::error::x",
            "##[error]",
            "%0A",
            '"',
            "\\",
            "---\n",
            "\u2028",
            "\u202e",
            "🚨",
          ),
        )
        .map((parts) => parts.join("")),
    );
    fc.assert(
      fc.property(hostile, hostile, (user, namespace) => {
        fc.pre(!user.startsWith("system:serviceaccount:"));
        const [role, binding, ...others] = applied([right("watch", "pods", { namespace })], user);
        expect(others).toEqual([]);
        expect(role?.metadata.namespace).toBe(namespace);
        expect(binding?.subjects).toMatchObject([{ name: user }]);
      }),
    );
  });
});

describe("grantable()", () => {
  test("moves what is needed of one object in kube-system to the whole cluster, by its name", () => {
    const status = right("get", "configmaps", {
      namespace: "kube-system",
      name: "cluster-autoscaler-status",
    });
    expect(grantable(status)).toEqual({ ...status, namespace: undefined });
  });

  test("leaves all else where it is: nothing is granted everywhere that is needed in one place", () => {
    const others = [
      right("list", "configmaps", { namespace: "kube-system" }),
      right("get", "deployments", { namespace: "shop", name: "web" }),
    ];
    expect(others.map(grantable)).toEqual(others);
  });
});
