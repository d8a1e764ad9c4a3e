import type { ReasonCode } from "../reason.ts";
import type { CapacityVerdict, Verdict } from "./verdict.ts";

/** What a verdict leads to before anything is changed. */
export type Ruling = "go" | "go-with-warning" | "refuse";

type Precheck = "enforce" | "strict" | "warn";

const RULINGS: Readonly<Record<Verdict, Readonly<Record<Precheck, Ruling>>>> = {
  WILL_COMPLETE: { enforce: "go", strict: "go", warn: "go" },
  NEEDS_NODES: { enforce: "go", strict: "go", warn: "go" },
  DEPENDS: { enforce: "go-with-warning", strict: "refuse", warn: "go-with-warning" },
  UNKNOWN: { enforce: "go-with-warning", strict: "refuse", warn: "go-with-warning" },
  WILL_STALL: { enforce: "refuse", strict: "refuse", warn: "go-with-warning" },
  ADMISSION_FAILS: { enforce: "refuse", strict: "refuse", warn: "go-with-warning" },
  // Nothing would change, so nothing is refused; the run ends as `unchanged`.
  NO_ROLLOUT: { enforce: "go", strict: "go", warn: "go" },
};

/** Says what a verdict leads to under the input `precheck`. */
export function ruling(verdict: Verdict, precheck: Precheck): Ruling {
  return RULINGS[verdict][precheck];
}

/** The code that a refusal carries: what stands in the way, or `CapacityUnknown` where that could not be told. */
export function refusalReason({ verdict, reasons }: CapacityVerdict): ReasonCode {
  return verdict === "UNKNOWN" ? "CapacityUnknown" : (reasons[0]?.reason ?? "CapacityUnknown");
}
