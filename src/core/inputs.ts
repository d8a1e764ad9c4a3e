import type { Parsed } from "./inputs/parsed.ts";
import { type Problem, shown, toError } from "./inputs/problem.ts";
import { INPUTS, type InputName, type InputRow, type InputValues, NOT_BUILT } from "./inputs/table.ts";
import { strangerOf } from "./inputs/unknown.ts";
import { type Where, whereOf } from "./inputs/where.ts";
import type { WorkloadRef } from "./model/workload.ts";

/** Environment variables by name. */
type Environment = Readonly<Record<string, string | undefined>>;

/** Everything that a user can ask for, checked. */
export interface Inputs {
  readonly where: Where;
  /** `undefined`: the context's namespace, else `default`. */
  readonly namespace: string | undefined;
  readonly workload: Pick<WorkloadRef, "kind" | "name">;
  readonly image: WantedImages;
  readonly mode: "deploy" | "check";
  readonly timeoutMs: number;
  readonly precheck: "enforce" | "strict" | "warn" | "off";
  readonly readinessPatienceMs: number | "auto";
  readonly stableForMs: number | "auto";
  readonly verifyCommand: string | undefined;
  readonly verifyTimeoutMs: number;
  readonly onFailure: "rollback" | "leave";
  readonly allowUntrustedEvents: boolean;
  readonly logLines: number | "auto";
  readonly eventLimit: number;
  readonly summary: "always" | "on-failure" | "never";
  readonly annotate: boolean;
  /** Path of the recording to write. */
  readonly record: string | undefined;
}

/** One reference for the only container, or one for each named container. */
export type WantedImages =
  | { readonly kind: "only"; readonly image: string }
  | { readonly kind: "named"; readonly images: ReadonlyMap<string, string> };

/** Inputs that can be worked with, and what is worth a word about them. */
export interface ParsedInputs {
  readonly inputs: Inputs;
  readonly warnings: readonly string[];
}

/**
 * Reads the inputs, given by lower-case name as a user writes it. An empty text counts as absent, and defaults
 * apply. Throws one `ActionError` for all that is wrong: `InvalidInput`, or `UnsupportedWorkload` where the kind
 * of workload is the only trouble; with several problems `detail` has a line for each. `env` is asked for the
 * project of a cluster whose bare name is given.
 */
export function parseInputs(raw: ReadonlyMap<string, string>, env: Environment = {}): ParsedInputs {
  const given = new Map(
    [...raw].map(([name, text]) => [name, text.trim()] as const).filter(([, text]) => text),
  );
  const readings = (Object.keys(INPUTS) as InputName[]).map((name) => read(name, given.get(name)));
  const values = Object.fromEntries(readings.map(({ name, value }) => [name, value])) as InputValues;
  const strangers = [...given.keys()].flatMap(judgeName);
  const found = whereOf(values, env);
  const problems = [
    ...[...strangers, ...readings, clash(values)].flatMap((reading) => reading.problems),
    ...(found.kind === "wrong" ? found.problems : []),
  ];
  if (problems.length > 0 || found.kind === "wrong") throw toError(problems);
  return {
    inputs: toInputs(values, found.where),
    warnings: [...strangers, ...readings].flatMap(({ warnings }) => warnings),
  };
}

interface Reading {
  readonly problems: readonly Problem[];
  readonly warnings: readonly string[];
}

function read(name: InputName, given: string | undefined): Reading & { name: InputName; value: unknown } {
  const row: InputRow<unknown> = INPUTS[name];
  const text = given ?? row.default;
  if (text === undefined) {
    return { name, value: undefined, problems: row.required ? [missing(name, row)] : [], warnings: [] };
  }
  const parsed = row.form.parse(text);
  return parsed.kind === "ok"
    ? { name, value: parsed.value, problems: [], warnings: parsed.warnings }
    : { name, value: undefined, problems: [refused(name, text, row, parsed)], warnings: [] };
}

function judgeName(name: string): Reading[] {
  if (name in INPUTS) return [];
  const instead = NOT_BUILT.get(name);
  if (instead !== undefined) return [isProblem(name, `Input "${name}" is not supported yet; ${instead}`)];
  const stranger = strangerOf(name);
  return stranger.kind === "wrong"
    ? [isProblem(name, stranger.text)]
    : [{ problems: [], warnings: [stranger.text] }];
}

/** What only shows when inputs are seen together. */
function clash(values: InputValues): Reading {
  if (values.mode !== "check" || values.precheck !== "off") return { problems: [], warnings: [] };
  return isProblem(
    "precheck",
    `Input "precheck" is "off", and with mode "check" nothing would be left to do; expected enforce, strict or warn, for example "strict"`,
  );
}

function isProblem(input: string, text: string): Reading {
  return { problems: [{ input, reason: "InvalidInput", text }], warnings: [] };
}

function missing(input: InputName, row: InputRow<unknown>): Problem {
  const text = `Input "${input}" is required and not set; expected ${row.form.expected}, for example "${row.example}"`;
  return { input, reason: "InvalidInput", text };
}

function refused(
  input: InputName,
  text: string,
  row: InputRow<unknown>,
  parsed: Exclude<Parsed<unknown>, { kind: "ok" }>,
): Problem {
  const found = `Input "${input}" is ${shown(text)}`;
  if (parsed.kind === "unsupported") {
    return {
      input,
      reason: "UnsupportedWorkload",
      text: `${found}: ${parsed.instead}, for example "${row.example}"`,
    };
  }
  const why = parsed.why === "" ? "" : ` (${parsed.why})`;
  return {
    input,
    reason: "InvalidInput",
    text: `${found}${why}; expected ${row.form.expected}, for example "${row.example}"`,
  };
}

function toInputs(values: InputValues, where: Where): Inputs {
  return {
    where,
    namespace: values.namespace,
    workload: values.workload,
    image: values.image,
    mode: values.mode,
    timeoutMs: values.timeout,
    precheck: values.precheck,
    readinessPatienceMs: values["readiness-patience"],
    stableForMs: values["stable-for"],
    verifyCommand: values["verify-command"],
    verifyTimeoutMs: values["verify-timeout"],
    onFailure: values["on-failure"],
    allowUntrustedEvents: values["allow-untrusted-events"],
    logLines: values["log-lines"],
    eventLimit: values["event-limit"],
    summary: values.summary,
    annotate: values.annotate,
    record: values.record,
  };
}
