/** What stands for the words of a program, which need not be told from others. */
const REDACTED = "(redacted)";

/** The one text of a program's own output that a verdict can stand on. */
const TELLING = /exec format error/i;

/**
 * What the kubelet and the runtime say of a probe themselves, on one line; all else is output of the user's program.
 * Source: pkg/probe/{http,tcp,grpc} (v1.36.3); cri-client/pkg/remote_runtime.go, `execSync` (v0.36.3).
 */
const OWN_WORDS = new RegExp(
  `^(?:${[
    String.raw`HTTP probe failed with statuscode: \d+`,
    String.raw`Get "[^"\n]*": .*`,
    String.raw`dial tcp \S+: .*`,
    'timeout: (?:failed to connect service "|health rpc did not complete within ).*',
    'error: (?:failed to connect service at "|this server does not implement the grpc |health rpc probe failed: ).*',
    String.raw`service unhealthy \(responded with .*`,
    "command timed out(?:: .*)?",
    'command "[^\n]*" timed out',
    "rpc error: .*",
    "context deadline exceeded.*",
  ].join("|")})$`,
);

/** What stands around a whole command in a message; in it no argument can be told from the words around it. */
const AROUND_COMMANDS: readonly (readonly [before: string, after: string])[] = [
  ['command timed out: "', '" timed out'],
  [': command "', '" timed out'],
  ["Exec lifecycle hook (", ') for Container "'],
  ["command '", "' exited with "],
];

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
 * Takes the commands and the output of probes and hooks out of a message of the kubelet.
 * Source: pkg/kubelet/prober/prober.go and pkg/kubelet/lifecycle/handlers.go (v1.36.3).
 */
export function withoutOutput(message: string): string {
  const [, said, output = ""] = PROBE.exec(message) ?? [];
  const text = said === undefined || OWN_WORDS.test(output) ? message : `${said}${withoutWords(output)}`;
  return AROUND_COMMANDS.reduce(withoutCommand, text)
    .replace(/(\bexited with \d+: )[\s\S]*?(?=, message: |$)/g, `$1${REDACTED}`)
    .replace(/(, message: ")[\s\S]*?("?)$/g, `$1${REDACTED}$2`);
}

/** Searches from both ends, so that it takes time in proportion to the text. */
function withoutCommand(text: string, [before, after]: (typeof AROUND_COMMANDS)[number]): string {
  const start = text.indexOf(before);
  const from = start + before.length;
  const to = text.lastIndexOf(after);
  return start < 0 || to < from ? text : `${text.slice(0, from)}${REDACTED}${text.slice(to)}`;
}
