import * as core from "@actions/core";
import { toLine } from "../../core/text.ts";
import type { Log } from "../../ports.ts";
import { messageOf } from "./message-of.ts";

/** Longest output; `capacity` is the longest and keeps to half of it. */
const LONGEST = 65_536;

/**
 * Sets every output of the step, as one safe line each. What cannot be written is said in the log and changes
 * nothing else.
 */
export function writeOutputs(outputs: Readonly<Record<string, string>>, log: Log): void {
  try {
    for (const [name, value] of Object.entries(outputs)) core.setOutput(name, toLine(value, LONGEST));
  } catch (error) {
    log.warning(`Cannot write the outputs: ${messageOf(error)}`);
  }
}
