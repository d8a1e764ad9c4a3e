import { type Asked, type Fault, type Match, matches } from "./fault.ts";

/** Decides what goes wrong with a request; `undefined` for nothing. */
export type Decide = (asked: Asked) => Fault | undefined;

/** A fault that is in force. */
export interface Rule {
  /** How many requests it met. */
  readonly hits: number;
  /** From now on it meets none. */
  lift(): void;
}

/** The faults that are in force; the latest that matches is the one that happens. */
export class Rules {
  readonly #rules: { match: Match; decide: Decide; left: number; hits: number }[] = [];

  /** Puts a fault in force for the next `times` requests that match. */
  add(match: Match, fault: Fault | Decide, times: number): Rule {
    const decide = typeof fault === "function" ? fault : () => fault;
    const rule = { match, decide, left: times, hits: 0 };
    this.#rules.unshift(rule);
    return {
      get hits() {
        return rule.hits;
      },
      lift() {
        rule.left = 0;
      },
    };
  }

  /** What happens to this request; it counts as met. */
  meet(asked: Asked): Fault | undefined {
    for (const rule of this.#rules) {
      const fault = rule.left > 0 && matches(rule.match, asked) ? rule.decide(asked) : undefined;
      if (fault === undefined) continue;
      rule.left -= 1;
      rule.hits += 1;
      return fault;
    }
    return;
  }

  clear(): void {
    this.#rules.length = 0;
  }
}
