import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toAutoscalerStatus } from "../../../src/adapters/kubernetes/decode-autoscaler.ts";
import { instant } from "../../../src/core/model/instant.ts";

const MIG = "https://www.googleapis.com/compute/v1/projects/p/zones/us-central1-c/instanceGroups";

/** As 1.30 and newer write it; shape and numbers of kubernetes/autoscaler pull request 6375. */
const yaml = (groups: string): string => `time: 2023-12-20 10:52:04.558615784 +0000 UTC
autoscalerStatus: Running
clusterWide:
  health:
    status: Healthy
    nodeCounts:
      registered:
        total: 7
        ready: 7
        notStarted: 0
      longUnregistered: 0
      unregistered: 0
    lastProbeTime: "2023-12-20T10:52:04.558615784Z"
    lastTransitionTime: "2023-12-20T10:46:22.549253146Z"
  scaleUp:
    status: InProgress
    lastProbeTime: "2023-12-20T10:52:04.558615784Z"
  scaleDown:
    status: NoCandidates
nodeGroups:
${groups}`;

const group = (
  health: string,
  scaleUp: string,
): string => `- name: ${MIG}/gke-sample-cluster-default-pool-40ce0341-grp
  health:
    status: Healthy
    nodeCounts:
      registered:
        total: 7
        ready: 7
        notStarted: 0
      longUnregistered: 0
      unregistered: 0
${health}
    lastProbeTime: "2023-12-20T10:52:04.558615784Z"
  scaleUp:
${scaleUp}
    lastProbeTime: "2023-12-20T10:52:04.558615784Z"
  scaleDown:
    status: NoCandidates
`;

const SIZES = "    cloudProviderTarget: 7\n    minSize: 3\n    maxSize: 10";

const FROM_YAML = {
  name: "gke-sample-cluster-default-pool-40ce0341-grp",
  pool: undefined,
  zone: "us-central1-c",
  target: 7,
  limit: { of: "either", max: 10 },
  obstacle: undefined,
  taints: [],
};

/** As versions before 1.30 write it; the blocks are real ones (2018 and 2021), with and without a monotonic clock. */
const text = (
  groups: string,
): string => `Cluster-autoscaler status at 2021-10-06 20:30:12.218337715 +0000 UTC:
Cluster-wide:
  Health:      Healthy (ready=7 unready=0 notStarted=0 longNotStarted=0 registered=7 longUnregistered=0)
               LastProbeTime:      2021-10-06 20:30:11.009025266 +0000 UTC m=+571.771061426
               LastTransitionTime: 2021-10-06 20:21:10.526711772 +0000 UTC m=+31.288748032
  ScaleUp:     InProgress (ready=7 registered=7)
               LastProbeTime:      2021-10-06 20:30:11.009025266 +0000 UTC m=+571.771061426
               LastTransitionTime: 2021-10-06 20:29:46.561893828 +0000 UTC m=+547.323930088
  ScaleDown:   NoCandidates (candidates=0)
               LastProbeTime:      2021-10-06 20:30:11.009025266 +0000 UTC m=+571.771061426

NodeGroups:
${groups}`;

const block = (name: string, health: string, scaleUp: string): string => `  Name:        ${name}
  Health:      ${health}
               LastProbeTime:      2021-10-06 20:30:11.009025266 +0000 UTC m=+571.771061426
               LastTransitionTime: 2021-10-06 20:25:50.738014659 +0000 UTC m=+311.500050919
  ScaleUp:     ${scaleUp}
               LastProbeTime:      2021-10-06 20:30:11.009025266 +0000 UTC m=+571.771061426
  ScaleDown:   NoCandidates (candidates=0)
               LastProbeTime:      2021-10-06 20:30:11.009025266 +0000 UTC m=+571.771061426

`;

const HEALTHY =
  "Healthy (ready=1 unready=0 (resourceUnready=0) notStarted=0 longNotStarted=0 registered=1 longUnregistered=0 cloudProviderTarget=3 (minSize=1, maxSize=5))";

describe("the YAML of 1.30 and newer", () => {
  test("toAutoscalerStatus() reads when it was written, and each group with target and maximum", () => {
    expect(toAutoscalerStatus(yaml(group(SIZES, "    status: NoActivity")))).toEqual({
      at: instant(Date.parse("2023-12-20T10:52:04.558Z")),
      fit: true,
      groups: [FROM_YAML],
    });
  });

  test("toAutoscalerStatus() reads a back-off with its error, beside a group that waits for nothing", () => {
    const backoff = `    status: Backoff
    backoffInfo:
      errorCode: QUOTA_EXCEEDED
      errorMessage: Instance 'gke-x-1' creation failed due to quota`;
    const status = toAutoscalerStatus(
      yaml(
        group(SIZES, backoff) + group(SIZES, "    status: InProgress").replaceAll("central1-c", "central1-b"),
      ),
    );
    expect(status?.groups.map(({ obstacle }) => obstacle)).toEqual([
      { kind: "backoff", text: "QUOTA_EXCEEDED: Instance 'gke-x-1' creation failed due to quota" },
      undefined,
    ]);
  });

  test("toAutoscalerStatus() takes an unhealthy group for not ready, and a state that it does not know for a doubt", () => {
    const unhealthy = group(SIZES, "    status: NoActivity").replace("status: Healthy", "status: Unhealthy");
    expect(toAutoscalerStatus(yaml(unhealthy))?.groups).toMatchObject([{ obstacle: { kind: "not-ready" } }]);
    const strange = group(SIZES, "    status: HasDynamicHeadroom");
    expect(toAutoscalerStatus(yaml(strange))?.groups).toMatchObject([{ obstacle: { kind: "doubt" } }]);
  });

  test("toAutoscalerStatus() says that an autoscaler is not fit that starts, or finds the cluster unhealthy", () => {
    expect(toAutoscalerStatus("autoscalerStatus: Initializing\n")).toEqual({
      at: undefined,
      fit: false,
      groups: [],
    });
    const sick = yaml("").replace("status: Healthy", "status: Unhealthy").replace("nodeGroups:\n", "");
    expect(toAutoscalerStatus(sick)).toMatchObject({ fit: false, groups: [] });
    expect(toAutoscalerStatus(yaml("").replace("nodeGroups:\n", ""))).toMatchObject({
      fit: true,
      groups: [],
    });
  });
});

describe("the text of older versions", () => {
  test("toAutoscalerStatus() reads when it was written, and each group with target and maximum", () => {
    const other = block(
      "nodepool1",
      HEALTHY.replace(" (resourceUnready=0)", ""),
      "NoActivity (ready=1 cloudProviderTarget=3)",
    );
    const ours = block(
      `${MIG}/gke-c-pool-1-1a2b3c4d-grp`,
      HEALTHY,
      "InProgress (ready=1 cloudProviderTarget=3)",
    );
    expect(toAutoscalerStatus(text(ours + other))).toEqual({
      at: instant(Date.parse("2021-10-06T20:30:12.218Z")),
      fit: true,
      groups: [
        { ...FROM_YAML, name: "gke-c-pool-1-1a2b3c4d-grp", target: 3, limit: { of: "either", max: 5 } },
        { ...FROM_YAML, name: "nodepool1", zone: undefined, target: 3, limit: { of: "either", max: 5 } },
      ],
    });
  });

  test("toAutoscalerStatus() reads a back-off, though the text tells no error", () => {
    const groups = block("a", HEALTHY, "Backoff (ready=1 cloudProviderTarget=3)");
    expect(toAutoscalerStatus(text(groups))?.groups).toMatchObject([
      { obstacle: { kind: "backoff", text: "" } },
    ]);
  });

  test("toAutoscalerStatus() knows an autoscaler without groups from one whose groups do not read", () => {
    expect(toAutoscalerStatus(text("").replace("NodeGroups:\n", ""))).toMatchObject({ groups: [] });
    expect(toAutoscalerStatus(text("  something else\n"))).toBeUndefined();
  });
});

test.each<[string, unknown]>([
  ["nothing", undefined],
  ["an empty text", ""],
  ["some text", "hello"],
  ["a list", "- a\n- b\n"],
  ["broken YAML", "autoscalerStatus: [Running\n"],
  ["a state that does not exist", "autoscalerStatus: Walking\n"],
  ["groups that are no list", "autoscalerStatus: Running\nnodeGroups: many\n"],
  ["a group that is none", yaml("- just text\n")],
  ["a maximum that is no number", yaml(group(SIZES.replace("10", "ten"), "    status: NoActivity"))],
  ["a maximum in quotes", yaml(group(SIZES.replace("10", '"10"'), "    status: NoActivity"))],
  ["a negative target", yaml(group(SIZES.replace("7", "-7"), "    status: NoActivity"))],
  ["a group without maximum", yaml(group("    cloudProviderTarget: 7", "    status: NoActivity"))],
  ["one broken group among whole ones", yaml(`${group(SIZES, "    status: NoActivity")}- name: x\n`)],
  ["text without numbers", text(block("a", "Healthy", "NoActivity (ready=1 cloudProviderTarget=3)"))],
  ["text cut in the middle", text(block("a", HEALTHY.slice(0, -10), "NoActivity (ready=1)"))],
  ["text with its groups twice", text(`${block("a", HEALTHY, "NoActivity (ready=1)")}NodeGroups:\n`)],
])("toAutoscalerStatus() makes nothing of %s", (_, status) => {
  expect(toAutoscalerStatus(status)).toBeUndefined();
});

test("toAutoscalerStatus() never throws, and never makes up a group", () => {
  const whole = yaml(group(SIZES, "    status: NoActivity"));
  const cut = fc
    .nat(whole.length)
    .chain((from) =>
      fc
        .tuple(fc.nat(40), fc.string())
        .map(([length, junk]) => whole.slice(0, from) + junk + whole.slice(from + length)),
    );
  fc.assert(
    fc.property(fc.oneof(cut, fc.string()), (status) => {
      for (const { target, limit } of toAutoscalerStatus(status)?.groups ?? []) {
        expect([Number.isSafeInteger(target), Number.isSafeInteger(limit.max)]).toEqual([true, true]);
      }
    }),
    { numRuns: 300 },
  );
});
