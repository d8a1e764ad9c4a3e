import type { CapacityVerdict } from "../../src/core/capacity/verdict.ts";
import { type Observed, withoutPodName } from "./observe.ts";

/** What of a prediction was not so. */
export interface Disagreement {
  /** `verdict`: what the report calls C4; `message`: C3; `create`: C5. */
  readonly about: "verdict" | "message" | "create";
  readonly text: string;
}

/** What a prediction came to. */
export interface Comparison {
  readonly verdict: CapacityVerdict["verdict"];
  readonly disagreements: readonly Disagreement[];
  /** Whether there was a message to compare, and it was the predicted one. */
  readonly message: "equal" | "differs" | "none";
}

/** Holds what was predicted against what happened. */
export function compare(predicted: CapacityVerdict, observed: Observed): Comparison {
  const message = messageOf(predicted, observed);
  const wrong = verdictWrong(predicted, observed);
  const texts = [...observed.messages, observed.failedCreate ?? ""].filter(Boolean).join(" | ");
  const disagreements: Disagreement[] = [];
  if (wrong !== undefined) disagreements.push({ about: "verdict", text: wrong });
  if (message === "differs") {
    const about = observed.messages.length > 0 ? "message" : "create";
    disagreements.push({
      about,
      text: `predicted ${predicted.reasons[0]?.message ?? "nothing"}, observed ${texts}`,
    });
  }
  return { verdict: predicted.verdict, disagreements, message };
}

/** Why the verdict is wrong; `undefined` when it is not. */
function verdictWrong(predicted: CapacityVerdict, observed: Observed): string | undefined {
  const { verdict, completes } = predicted;
  const happened = `${observed.outcome} at ${observed.available} of ${observed.replicas}`;
  const within = observed.available >= completes.at && observed.available <= completes.most;
  switch (verdict) {
    case "WILL_COMPLETE":
      return observed.outcome === "completed" ? undefined : `WILL_COMPLETE, but ${happened}`;
    case "NEEDS_NODES":
    case "WILL_STALL":
    case "ADMISSION_FAILS":
      return observed.outcome !== "completed" && within
        ? undefined
        : `${verdict} at ${completes.at}..${completes.most}, but ${happened}`;
    case "DEPENDS":
      return observed.outcome === "completed" || within
        ? undefined
        : `DEPENDS, from ${completes.at}, but ${happened}`;
    case "UNKNOWN":
    case "NO_ROLLOUT":
      return undefined;
  }
  return verdict satisfies never;
}

/** Only what stalls for certain has a message to be held to. */
function messageOf({ verdict, reasons }: CapacityVerdict, observed: Observed): Comparison["message"] {
  if (verdict !== "WILL_STALL" && verdict !== "ADMISSION_FAILS") return "none";
  if (observed.outcome !== "stalled") return "none";
  const texts = observed.messages.length > 0 ? observed.messages : [observed.failedCreate];
  const expected = reasons.map(({ message }) => withoutPodName(message));
  return texts.every((text) => text === undefined || expected.includes(text)) ? "equal" : "differs";
}
