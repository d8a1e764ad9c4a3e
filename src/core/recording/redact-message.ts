/** What stands for the words of a program, which need not be told from others. */
const REDACTED = "(redacted)";

/** The one text of a program's own output that a verdict can stand on. */
const TELLING = /exec format error/i;

/** What the kubelet and the runtime say of a probe themselves; all else is output of the user's program. */
const OWN_WORDS =
  /^(?:HTTP probe failed with statuscode: \d+$|Get "|dial tcp |timeout: |service unhealthy |error: |command timed out|command "|rpc error: |context deadline exceeded)/;

const PROBE = /^((?:Startup|Liveness|Readiness) probe (?:failed|errored|error)[^:]*: )([\s\S]*)$/;

/** Reasons of an end whose message is the runtime's. Source: containerd internal/cri, StartError (v2.1). */
const BEFORE_START: ReadonlySet<unknown> = new Set(["StartError", "ContainerCannotRun"]);

/** What is left of a program's own words: that they were there, and what a verdict can stand on. */
export function withoutWords(text: string): string {
  if (text.trim() === "") return text;
  return TELLING.test(text) ? `exec format error ${REDACTED}` : REDACTED;
}

/** Whether the message of this state of a container is the program's: its termination message, or its log. */
export const isOfProgram = (state: Readonly<Record<string, unknown>>): boolean =>
  typeof state.exitCode === "number" && !BEFORE_START.has(state.reason);

/**
 * Takes the output of probes and hooks out of a message of the kubelet.
 * Source: pkg/kubelet/prober/prober.go and pkg/kubelet/lifecycle/handlers.go (v1.36.3).
 */
export function withoutOutput(message: string): string {
  const [, said, output = ""] = PROBE.exec(message) ?? [];
  const text = said === undefined || OWN_WORDS.test(output) ? message : `${said}${withoutWords(output)}`;
  return text
    .replace(/(\bexited with \d+: )[\s\S]*?(?=, message: |$)/g, `$1${REDACTED}`)
    .replace(/(, message: ")[\s\S]*?("?)$/g, `$1${REDACTED}$2`);
}
