import type { RootContent } from "mdast";
import type { Finding, LogExcerpt } from "../../diagnosis/finding.ts";
import { REASONS, type ReasonCode } from "../../reason.ts";
import { fenced, heading, paragraph } from "../markdown.ts";
import { code, fullStop, words } from "../prose.ts";
import type { Report } from "../report.ts";
import type { Section } from "./section.ts";

/** Failures that a container's own log explains. */
const TOLD_BY_LOG: ReadonlySet<ReasonCode> = new Set([
  ...REASONS.RUN,
  "PostStartHookFailed",
  "ContainerStartFailed",
]);

/** Last lines of the container that failed, or how to have them read. */
export function log({ causes: [cause], logsRead }: Report): Section {
  return {
    name: "log",
    worth: 5,
    nodes: (share) => {
      if (cause === undefined) return [];
      if (cause.log !== undefined) return excerpt(cause.log, share);
      return logsRead ? [] : hint(cause);
    },
  };
}

function excerpt({ pod, container, previous, lines, note }: LogExcerpt, share: number): RootContent[] {
  if (lines.length === 0) return note === undefined ? [] : [without(container, note)];
  const shown = lines.slice(-Math.ceil(lines.length * share));
  const which = previous ? " before it was restarted" : "";
  const title = [words(`Last ${shown.length} log lines of `), code(container), words(which)];
  const where = paragraph([words("From pod "), code(pod), words(":")]);
  const ending = note === undefined ? [] : [paragraph(fullStop(note))];
  return [heading(3, title), where, fenced(shown), ...ending];
}

/** Why there is no log, as far as the API said. */
function without(container: string, note: string): RootContent {
  return paragraph([words("There is no log of "), code(container), words(" to show: "), ...fullStop(note)]);
}

function hint({ reason, container }: Finding): RootContent[] {
  if (container === undefined || !TOLD_BY_LOG.has(reason)) return [];
  return [
    paragraph(
      "The container's log was not read, because what an application logs may be confidential and this page may be " +
        "public. To have its last lines here, set `log-lines: 30`.",
    ),
  ];
}
