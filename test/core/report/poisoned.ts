import type { Report } from "../../../src/core/report/report.ts";
import { at, completes, crash, event, moment, node, report } from "./reports.ts";

/** A report in which everything that can come from a cluster or a user is the same hostile text. */
export const poisoned = (text: string): Report =>
  report({
    result: "failed",
    reason: "ContainerCrashed",
    message: text,
    detail: [text],
    workload: { kind: "Deployment", namespace: text, name: text },
    images: [{ container: text, role: "init", wanted: text, previous: `${text}x`, digest: text, now: text }],
    capacity: completes({
      verdict: "UNKNOWN",
      reasons: [{ reason: "Unschedulable", message: text }],
      nodes: [
        node({
          name: text,
          refusedBy: [text, text],
          requested: new Map([[text, 3]]),
          takers: [{ pod: text, requests: new Map(), ours: true }],
        }),
      ],
      fixes: [{ kind: "nodes", text, value: text }],
      unknown: [{ what: text, why: text }],
    }),
    causes: [
      crash({
        summary: text,
        message: text,
        pod: text,
        container: text,
        node: text,
        pods: [text, text],
        next: [
          { text, command: text },
          { text, command: undefined },
        ],
        log: { pod: text, container: text, previous: false, lines: [text, text], note: text },
      }),
      crash({ summary: text }),
    ],
    stands: [text, text],
    warnings: [text],
    timeline: [moment(1, text, text, "bad"), moment(2, "rollout", text)],
    events: [event({ type: text, reason: text, objects: [text, text, text], message: text })],
    endpoint: text,
    consoleUrl: `javascript:${text}`,
    run: { url: `javascript:${text}`, number: text, sha: text, actor: text },
    finishedAt: at(20),
  });

/** A report in which everything that Kubernetes or an application says is this text; names and images are sound. */
export function told(text: string): Report {
  const { message, detail, causes, stands, warnings, timeline, events, capacity } = poisoned(text);
  return report({
    result: "failed",
    reason: "ContainerCrashed",
    message,
    detail,
    causes: causes.map((cause) =>
      crash({ summary: cause.summary, message, next: cause.next, log: cause.log }),
    ),
    stands,
    warnings,
    timeline: timeline.map((each) => ({ ...each, section: "pod", subject: "web-8fcc99c46-h2mhm" })),
    events: events.map((each) => event({ message: each.message })),
    capacity: completes({
      verdict: "UNKNOWN",
      reasons: capacity?.reasons ?? [],
      nodes: [node({ refusedBy: [text] })],
      fixes: capacity?.fixes ?? [],
      unknown: capacity?.unknown ?? [],
    }),
  });
}
