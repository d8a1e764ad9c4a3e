import type { Environment } from "../environment.ts";

const PREFIX = "INPUT_";

/**
 * Collects every input that the runner was given, by lower-case name. The runner upper-cases a name and turns its
 * spaces into `_`, but keeps its dashes: `verify-command` arrives as `INPUT_VERIFY-COMMAND`.
 *
 * Source: actions/runner, src/Runner.Worker/Handlers/Handler.cs, `AddInputsToEnvironment`.
 */
export function readRawInputs(env: Environment): Map<string, string> {
  const inputs = Object.entries(env).flatMap(([name, value]): [string, string][] =>
    name.length > PREFIX.length && name.toUpperCase().startsWith(PREFIX) && value !== undefined
      ? [[name.slice(PREFIX.length).toLowerCase(), value]]
      : [],
  );
  return new Map(inputs);
}
