/** Label or annotation map. */
export type Labels = Readonly<Record<string, string>>;

/** One requirement of a selector. Operators: In, NotIn, Exists, DoesNotExist, and for nodes Gt, Lt. */
export interface Requirement {
  readonly key: string;
  readonly operator: string;
  readonly values: readonly string[];
}

/** `metav1.LabelSelector` with `matchLabels` folded into requirements; an empty list selects everything. */
export type LabelSelector = readonly Requirement[];
