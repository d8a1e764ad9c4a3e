/** What an authoriser is asked for. `resource` has its subresource behind a slash, as in a rule. */
export interface Right {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  /** `undefined`: in all namespaces, or the resource has none. */
  readonly namespace: string | undefined;
  /** `undefined`: every object. */
  readonly name: string | undefined;
}

/**
 * The right as it can be granted everywhere: GKE Autopilot lets nobody create Roles in `kube-system`, so what is
 * needed of one object there goes into a ClusterRole.
 */
export const grantable = (right: Right): Right =>
  right.namespace === "kube-system" && right.name !== undefined ? { ...right, namespace: undefined } : right;

/** One rule of a Role. */
interface Rule extends Omit<Right, "verb" | "namespace"> {
  readonly verbs: readonly string[];
}

/** The rules to add in one namespace, or (`undefined`) to a ClusterRole. */
export interface Grant {
  readonly namespace: string | undefined;
  readonly rules: readonly Rule[];
}

/** The fewest rules that give these rights and no others. */
export function grantsOf(rights: readonly Right[]): readonly Grant[] {
  return [...Map.groupBy(rights, ({ namespace }) => namespace)].map(([namespace, inOne]) => ({
    namespace,
    rules: [
      ...Map.groupBy(inOne, ({ group, resource, name }) => JSON.stringify([group, resource, name])),
    ].map(([, [first, ...others]]) => ruleOf(first as Right, others)),
  }));
}

const ruleOf = ({ verb, group, resource, name }: Right, others: readonly Right[]): Rule => ({
  group,
  resource,
  name,
  verbs: [verb, ...others.map((other) => other.verb)],
});

/** The rights in words: `patch deployments.apps web; list and watch replicasets.apps and pods in namespace shop`. */
export const rightsText = (rights: readonly Right[]): string =>
  grantsOf(rights).map(grantText).join(", and ");

function grantText({ namespace, rules }: Grant): string {
  const place = namespace === undefined ? "in the whole cluster" : `in namespace ${namespace}`;
  const texts = [...Map.groupBy(rules, ({ verbs }) => enumerated(verbs))].map(
    ([verbs, alike]) => `${verbs} ${enumerated(alike.map(objectsText))}`,
  );
  return `${texts.join("; ")} ${place}`;
}

const objectsText = ({ group, resource, name }: Rule): string =>
  `${resource}${group === "" ? "" : `.${group}`}${name === undefined ? "" : ` ${name}`}`;

const enumerated = (words: readonly string[]): string => words.join(", ").replace(/, (?=[^,]*$)/, " and ");

/** Stands for the user where the API server does not tell it. */
const NOBODY = "PUT THE USER HERE";

/**
 * Lines of YAML for `kubectl apply`: a Role, or ClusterRole, for each grant, bound to the user as the API server sees
 * it. Names are quoted, so that none can add a line or be read as anything else.
 */
export function grantYaml(grants: readonly Grant[], user: string | undefined): readonly string[] {
  return grants.flatMap((grant, index) => {
    const kind = grant.namespace === undefined ? "ClusterRole" : "Role";
    const name = `gke-safe-rollout-${digest(JSON.stringify([grant, user]))}`;
    const metadata = [
      "metadata:",
      `  name: ${name}`,
      ...(grant.namespace === undefined ? [] : [`  namespace: ${quoted(grant.namespace)}`]),
    ];
    return [
      ...(index === 0 ? [] : ["---"]),
      "apiVersion: rbac.authorization.k8s.io/v1",
      `kind: ${kind}`,
      ...metadata,
      "rules:",
      ...grant.rules.flatMap(ruleYaml),
      "---",
      "apiVersion: rbac.authorization.k8s.io/v1",
      `kind: ${kind}Binding`,
      ...metadata,
      "roleRef:",
      "  apiGroup: rbac.authorization.k8s.io",
      `  kind: ${kind}`,
      `  name: ${name}`,
      "subjects:",
      ...subjectYaml(user ?? NOBODY),
    ];
  });
}

function ruleYaml({ group, resource, name, verbs }: Rule): readonly string[] {
  return [
    `  - apiGroups: [${quoted(group)}]`,
    `    resources: [${quoted(resource)}]`,
    ...(name === undefined ? [] : [`    resourceNames: [${quoted(name)}]`]),
    `    verbs: [${verbs.map(quoted).join(", ")}]`,
  ];
}

/** Source: apiserver/pkg/authentication/serviceaccount/util.go (v1.36.3), `MakeUsername`. */
function subjectYaml(user: string): readonly string[] {
  const [, namespace, name] = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(user) ?? [];
  if (namespace === undefined || name === undefined) {
    return ["  - apiGroup: rbac.authorization.k8s.io", "    kind: User", `    name: ${quoted(user)}`];
  }
  return ["  - kind: ServiceAccount", `    name: ${quoted(name)}`, `    namespace: ${quoted(namespace)}`];
}

/**
 * Any text as a double-quoted scalar of plain ASCII: all but letters, digits and harmless marks is escaped, two colons
 * included, so that making the line safe for the log does not change the name.
 */
function quoted(text: string): string {
  const escaped = text.toWellFormed().replace(/[^\w .,/@+=:~-]|:(?=:)/gu, (char) => {
    const code = (char.codePointAt(0) ?? 0).toString(16);
    return code.length > 4 ? `\\U${code.padStart(8, "0")}` : `\\u${code.padStart(4, "0")}`;
  });
  return `"${escaped}"`;
}

/**
 * FNV-1a, 32 bit. A Role named by what it holds is never overwritten by another one that is applied later, which
 * would take away what the first gave.
 */
function digest(text: string): string {
  let hash = 0x811c9dc5;
  for (const char of text) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, "0");
}
