import * as core from "@actions/core";
import { toLine } from "../../core/text.ts";
import type { Log } from "../../ports.ts";

/** The log of the step, and what only shows while debugging. */
export interface GithubLog extends Log {
  /** `undefined` unless the runner debugs (`RUNNER_DEBUG=1`), so that nothing is made ready for nobody. */
  readonly debug: ((text: string) => void) | undefined;
}

/** Writes to the log of the step; every text becomes one line that the runner takes for nothing but text. */
export function githubLog(): GithubLog {
  return {
    info: (text) => core.info(toLine(text)),
    warning: (text) => core.warning(toLine(text)),
    group: (title, work) => core.group(toLine(title), work),
    debug: core.isDebug() ? (text) => core.debug(toLine(text)) : undefined,
  };
}
