import type { LabelSelector, Labels, Requirement } from "./model/labels.ts";
import type { NodeSelectorTerm } from "./model/pod-spec.ts";

/** Whether labels satisfy every requirement; an empty selector selects everything. */
export function matchesLabels(selector: LabelSelector, labels: Labels): boolean {
  return selector.every((requirement) => matches(requirement, labelOf(labels, requirement.key)));
}

/**
 * Whether a node satisfies any term of required node affinity. An empty term, and no term at all, match nothing.
 * Of fields only `metadata.name` is known.
 * Source: component-helpers/scheduling/corev1/nodeaffinity/nodeaffinity.go (v1.34.1).
 */
export function matchesNodeTerms(
  terms: readonly NodeSelectorTerm[],
  node: { readonly name: string; readonly labels: Labels },
): boolean {
  return terms.some(
    ({ matchExpressions, matchFields }) =>
      matchExpressions.length + matchFields.length > 0 &&
      matchExpressions.every((requirement) => matches(requirement, labelOf(node.labels, requirement.key))) &&
      matchFields.every((requirement) => matchesName(requirement, node.name)),
  );
}

/**
 * Source: apimachinery/pkg/labels/selector.go (v1.36.2), `Requirement.Matches`. `NotIn` is also true where the key
 * is absent; `Gt` and `Lt` compare integers, and are false where either side is none.
 */
function matches({ operator, values }: Requirement, value: string | undefined): boolean {
  switch (operator) {
    case "In":
      return value !== undefined && values.includes(value);
    case "NotIn":
      return value === undefined || !values.includes(value);
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
    case "Gt":
      return compares(value, values, (label, bound) => label > bound);
    case "Lt":
      return compares(value, values, (label, bound) => label < bound);
    default:
      return false;
  }
}

function matchesName({ key, operator, values }: Requirement, name: string): boolean {
  if (key !== "metadata.name" || values.length !== 1) return false;
  if (operator === "In") return values[0] === name;
  return operator === "NotIn" && values[0] !== name;
}

function compares(
  value: string | undefined,
  values: readonly string[],
  holds: (label: bigint, bound: bigint) => boolean,
): boolean {
  const label = integerOf(value);
  const bound = values.length === 1 ? integerOf(values[0]) : undefined;
  return label !== undefined && bound !== undefined && holds(label, bound);
}

function integerOf(text: string | undefined): bigint | undefined {
  if (text === undefined || !/^[+-]?\d+$/.test(text)) return undefined;
  const integer = BigInt(text.replace("+", ""));
  return BigInt.asIntN(64, integer) === integer ? integer : undefined;
}

/** The value of a label, whatever its key. */
export function labelOf(labels: Labels, key: string): string | undefined {
  return Object.hasOwn(labels, key) ? labels[key] : undefined;
}
