import type { Report } from "../../../src/core/report/report.ts";
import { at, crash, event, moment, report } from "./reports.ts";

const PODS = 500;
const EVENTS = 10_000;

const nameOf = (index: number): string => `web-8fcc99c46-${index.toString(36).padStart(5, "0")}`;

/** A rollout of 500 pods that all fail, each in words of its own, with 10,000 events of which no two are alike. */
export function crowd(): Report {
  const pods = Array.from({ length: PODS }, (_, index) => nameOf(index));
  const causes = pods.map((pod, index) =>
    crash({
      pod,
      pods: index === 0 ? pods : [pod],
      summary: `container web of ${index === 0 ? `${PODS} of ${PODS} new pods` : pod} exits with exit code ${index % 256}`,
      message: `Back-off restarting failed container web in pod ${pod}_shop(${"5d0da3dc-9764-4b7e-".repeat(40)}${index})`,
    }),
  );
  return report({
    result: "rolled-back",
    reason: "ContainerCrashed",
    message: "deployment/web was rolled back: the container crashes",
    causes,
    stands: ["deployment/web has europe-docker.pkg.dev/shop/web:1.4.2 (web): 500 of 500 pods available"],
    template: "restored",
    rolledBack: true,
    replicas: { before: PODS, desired: PODS, available: PODS, leastAvailable: 375, allowedLeast: 375 },
    timeline: [
      moment(1, "rollout", "change applied"),
      moment(1, "rollout", "revision 42, ReplicaSet web-8fcc99c46"),
      ...pods.map((pod, index) => moment(2 + index / 100, pod, "created")),
      ...pods.map((pod, index) => moment(4 + index / 10, pod, `web: exit code ${index % 256}`, "bad")),
      moment(60, "rollout", "verdict: ContainerCrashed", "bad"),
      moment(60, "rollback", "previous template written back"),
      moment(95, "rollback", "500 of 500 available", "good"),
    ].toSorted((one, other) => one.at - other.at),
    events: Array.from({ length: EVENTS }, (_, index) =>
      event({
        type: index % 3 === 0 ? "Normal" : "Warning",
        reason: index % 3 === 0 ? "Pulled" : "BackOff",
        objects: [`pod/${pods[index % PODS]}`],
        message: `${index} é<"| ${"Back-off restarting failed container. ".repeat(30)}`,
        firstSeen: at(2 + index / 200),
        lastSeen: at(2 + index / 100),
      }),
    ),
    finishedAt: at(96),
  });
}
