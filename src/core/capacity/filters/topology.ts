import type { Labels } from "../../model/labels.ts";
import type { Node } from "../../model/room.ts";
import { labelOf } from "../../selector.ts";
import type { NodeView } from "./filter.ts";

/** Tells of a topology key whether each of its domains is one node, as with host names. Each key is counted once. */
export function singlesOf(nodes: readonly NodeView[]): (key: string) => boolean {
  const known = new Map<string, boolean>();
  return (key) => {
    const before = known.get(key);
    if (before !== undefined) return before;
    const values = nodes.map(({ node }) => labelOf(node.labels, key)).filter((value) => value !== undefined);
    const single = new Set(values).size === values.length;
    known.set(key, single);
    return single;
  };
}

/** Remembers an answer for each set of labels: pods of one ReplicaSet share theirs. */
export function perLabels(answer: (labels: Labels) => boolean): (labels: Labels) => boolean {
  const known = new WeakMap<Labels, boolean>();
  return (labels) => {
    const before = known.get(labels);
    if (before !== undefined) return before;
    const now = answer(labels);
    known.set(labels, now);
    return now;
  };
}

/** How many pods of some kind there are in each domain of a topology. Domains are opened before pods are counted. */
export class Domains {
  readonly #counts = new Map<string, number>();
  /** How many domains hold so many pods. */
  readonly #sizes: number[] = [];
  #least = 0;

  /** Adds a domain without pods. */
  open(domain: string): void {
    if (this.#counts.has(domain)) return;
    this.#counts.set(domain, 0);
    this.#sizes[0] = (this.#sizes[0] ?? 0) + 1;
    this.#least = 0;
  }

  /** Counts one pod more, or one less, in an open domain. */
  change(domain: string, by: 1 | -1): void {
    const before = this.of(domain);
    const now = before + by;
    this.#counts.set(domain, now);
    this.#sizes[before] = (this.#sizes[before] ?? 0) - 1;
    this.#sizes[now] = (this.#sizes[now] ?? 0) + 1;
    if (now < this.#least || (before === this.#least && this.#sizes[before] === 0)) this.#least = now;
  }

  /** Pods in the domain. */
  of(domain: string): number {
    return this.#counts.get(domain) ?? 0;
  }

  /** Domains there are, empty ones included. */
  get size(): number {
    return this.#counts.size;
  }

  /** Pods in the domain that has fewest but for this one; no bound where there is no other. */
  leastBeside(domain: string): number {
    const own = this.#counts.get(domain);
    if (own !== this.#least || (this.#sizes[own] ?? 0) > 1) return this.#least;
    const next = this.#sizes.findIndex((domains, pods) => pods > own && domains > 0);
    return next === -1 ? Number.POSITIVE_INFINITY : next;
  }

  /** Pods in the domain that has fewest; 0 without any domain. */
  get least(): number {
    return this.#least;
  }
}

/** The domain of a node, by the key of its topology. */
export const domainOf = (node: Node, key: string): string | undefined => labelOf(node.labels, key);
