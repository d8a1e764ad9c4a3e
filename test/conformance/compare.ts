import type { CapacityVerdict } from "../../src/core/capacity/verdict.ts";
import { type Observed, withoutPodName } from "./observe.ts";

/**
 * What of a prediction was not so. `verdict`: what the report calls C4; `end`: the scheduler's message, evaluated in the
 * cluster in which it was written (C3); `message`: the same as told before the change; `create`: what the API said to
 * the ReplicaSet (C5); `quota`: what is charged (C6).
 */
export interface Disagreement {
  readonly about: "verdict" | "end" | "message" | "create" | "quota" | "failure";
  readonly text: string;
}

/** How two texts compare. `among`: of several ways to end, the text is that of another; `none`: nothing to compare. */
export type Match = "equal" | "among" | "differs" | "none";

/** What a prediction came to. */
export interface Comparison {
  readonly verdict: CapacityVerdict["verdict"];
  readonly disagreements: readonly Disagreement[];
  /** What was told before the change to be the reason. */
  readonly message: Match;
  /** The same, where the product knows of no other way to end. */
  readonly onlyMessage: Match;
  /** What the product's filters say in the end. */
  readonly end: Match;
  readonly quota: Match;
}

/** What the product makes of the cluster in the end; absent where that was not recorded. */
export interface Afterwards {
  /** What it says to the new pods that wait. */
  readonly said?: readonly string[];
  /** What of quotas changed that does not look like pods of ours. */
  readonly charges?: readonly string[];
}

/** Holds what was predicted against what happened. */
export function compare(
  predicted: CapacityVerdict,
  observed: Observed,
  { said, charges }: Afterwards = {},
): Comparison {
  const wrong = verdictWrong(predicted, observed);
  const message = messageOf(predicted, observed);
  const end = endOf(said, observed);
  const texts = textsOf(observed).join(" | ");
  const isOnly = predicted.instead?.length === 0;
  const quota = charges === undefined ? "none" : charges.length === 0 ? "equal" : "differs";
  const disagreements: Disagreement[] = [];
  const disagree = (about: Disagreement["about"], text: string) => disagreements.push({ about, text });
  if (wrong !== undefined) disagree("verdict", wrong);
  if (end === "differs") disagree("end", `said ${said?.join(" | ")}, observed ${texts}`);
  if (message === "differs") {
    const about = observed.messages.length > 0 ? "message" : "create";
    const others = predicted.instead === undefined ? ", unless another" : "";
    disagree(about, `predicted ${predicted.reasons[0]?.message ?? "nothing"}${others}, observed ${texts}`);
  }
  if (quota === "differs") disagree("quota", charges?.join("; ") ?? "");
  return {
    verdict: predicted.verdict,
    disagreements,
    message,
    onlyMessage: isOnly ? message : "none",
    end,
    quota,
  };
}

/** The product failed: it predicted nothing. */
export const failed = (error: Error): Comparison => ({
  verdict: "UNKNOWN",
  disagreements: [{ about: "failure", text: error.stack ?? error.message }],
  message: "none",
  onlyMessage: "none",
  end: "none",
  quota: "none",
});

const textsOf = ({ messages, failedCreate }: Observed): readonly string[] =>
  messages.length > 0 ? messages : [failedCreate ?? ""].filter(Boolean);

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
function messageOf({ verdict, reasons, instead = [] }: CapacityVerdict, observed: Observed): Match {
  if (verdict !== "WILL_STALL" && verdict !== "ADMISSION_FAILS") return "none";
  const texts = textsOf(observed);
  if (observed.outcome !== "stalled" || texts.length === 0) return "none";
  const told = reasons.map(({ message }) => message);
  const isAmong = (expected: readonly string[]) =>
    texts.every((text) => expected.some((each) => isSame(each, text)));
  if (isAmong(told)) return "equal";
  return isAmong([...told, ...instead]) ? "among" : "differs";
}

function endOf(said: readonly string[] | undefined, { messages, restless }: Observed): Match {
  if (said === undefined || messages.length === 0 || restless) return "none";
  return messages.every((message) => said.includes(message)) ? "equal" : "differs";
}

/** What was used at the ReplicaSet's last try depends on when that was. */
const isSame = (predicted: string, observed: string): boolean =>
  withoutUsed(predicted) === withoutUsed(observed);

const withoutUsed = (text: string): string | undefined =>
  withoutPodName(text)?.replace(/(exceeded quota: \S+, requested: \S+), used: \S+(?=, limited: )/, "$1");
