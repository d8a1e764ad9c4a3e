import { ActionError } from "../reason.ts";
import { toLine } from "../text.ts";
import { isContent } from "./kubeconfig.ts";

/** One thing that is wrong with the inputs. `text` names the input and says what would be right. */
export interface Problem {
  readonly input: string;
  readonly reason: "InvalidInput" | "UnsupportedWorkload";
  readonly text: string;
}

/** Longest value that is shown whole. */
const LONGEST_SHOWN = 120;

/** An input's value for a message: one safe line, and never what may be a kubeconfig. */
export function shown(value: string): string {
  return isContent(value) ? "(not shown)" : `"${toLine(value, LONGEST_SHOWN)}"`;
}

/** The one error for all problems, of which there is at least one; `UnsupportedWorkload` only where nothing else is wrong. */
export function toError(problems: readonly Problem[]): ActionError {
  const [first, ...others] = problems;
  const reason = problems.every((each) => each.reason === "UnsupportedWorkload")
    ? "UnsupportedWorkload"
    : "InvalidInput";
  if (others.length === 0) return new ActionError(reason, toLine(first?.text ?? ""));
  const names = problems.map(({ input }) => toLine(input, LONGEST_SHOWN)).join(", ");
  return new ActionError(reason, toLine(`${problems.length} inputs are wrong: ${names}`), {
    detail: problems.map(({ text }) => toLine(text)),
  });
}
