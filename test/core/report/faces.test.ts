import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { instant } from "../../../src/core/model/instant.ts";
import { toAnnotation } from "../../../src/core/report/annotation.ts";
import { toCapacityJson } from "../../../src/core/report/capacity-json.ts";
import { toJson } from "../../../src/core/report/json.ts";
import { toOutputs } from "../../../src/core/report/outputs.ts";
import { toSummary } from "../../../src/core/report/summary.ts";
import { toIso, toOffset } from "../../../src/core/report/time.ts";
import { hostileText } from "./hostile.ts";
import { at, completes, crash, event, moment, node, REPORTS, report, stalls } from "./reports.ts";

const bytes = (text: string): number => new TextEncoder().encode(text).length;

describe("toOutputs()", () => {
  test("sets every output of a success", () => {
    expect(toOutputs(report(), "/tmp/report.json")).toEqual({
      result: "succeeded",
      reason: "",
      message:
        "deployment/web runs europe-docker.pkg.dev/shop/web:1.5.0: 3 of 3 pods available and stable for 30s",
      images: JSON.stringify({
        web: {
          wanted: "europe-docker.pkg.dev/shop/web:1.5.0",
          previous: "europe-docker.pkg.dev/shop/web:1.4.2",
          digest: `sha256:${"5d0da3dc97646b7e".repeat(4)}`,
        },
      }),
      image: "europe-docker.pkg.dev/shop/web:1.5.0",
      "previous-image": "europe-docker.pkg.dev/shop/web:1.4.2",
      "image-digest": `sha256:${"5d0da3dc97646b7e".repeat(4)}`,
      revision: "42",
      "previous-revision": "41",
      "replicas-desired": "3",
      "replicas-available": "3",
      "rolled-back": "false",
      capacity: toCapacityJson(completes()),
      report: "/tmp/report.json",
      "duration-seconds": "39",
      endpoint: "https://34.90.12.7",
      "console-url": "",
    });
  });

  test("leaves the bare image outputs empty when several containers were named", () => {
    const [web] = report().images;
    const images = web === undefined ? [] : [web, { ...web, container: "proxy" }];
    const outputs = toOutputs(report({ images }), "");
    expect(outputs).toMatchObject({ image: "", "previous-image": "", "image-digest": "" });
    expect(Object.keys(JSON.parse(outputs.images ?? ""))).toEqual(["web", "proxy"]);
  });

  test("is complete when the run came to nothing", () => {
    const outputs = toOutputs(REPORTS["error-input"] ?? report(), "");
    expect(Object.keys(outputs)).toEqual(Object.keys(toOutputs(report(), "")));
    expect(outputs).toMatchObject({
      result: "error",
      reason: "InvalidInput",
      images: "{}",
      revision: "",
      capacity: "",
    });
  });

  test("starts no command and breaks no line or JSON, whatever comes", () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const images = [
          { container: text, role: "app" as const, wanted: text, previous: text, digest: text, now: text },
        ];
        const capacity = completes({ reasons: [{ reason: "Unschedulable", message: text }] });
        const outputs = toOutputs(report({ message: text, endpoint: text, images, capacity }), text);
        for (const value of Object.values(outputs)) {
          expect(value).not.toMatch(/^\s*::|##\[|[\p{Cc}\u2028\u2029]/u);
        }
        JSON.parse(outputs.images ?? "");
        JSON.parse(outputs.capacity ?? "");
      }),
    );
  });
});

describe("toCapacityJson()", () => {
  test("has the shape of the contract, with canonical quantities", () => {
    expect(JSON.parse(toCapacityJson(stalls))).toEqual({
      verdict: "WILL_STALL",
      reasons: [{ reason: "InsufficientResources", message: "0/1 nodes are available: 1 Insufficient cpu." }],
      nodes: [
        {
          name: "pool-1-a",
          refusedBy: ["Insufficient cpu"],
          requested: { cpu: "100m", memory: "64Mi" },
          used: { cpu: "970m", memory: "1154Mi" },
          allocatable: { cpu: "1", memory: "2867Mi" },
        },
      ],
      completes: { at: 0, of: 1 },
      fixes: stalls.fixes,
      unknown: [],
    });
  });

  test("is empty when there was no pre-check", () => {
    expect(toCapacityJson(undefined)).toBe("");
  });

  test("keeps the first 20 nodes", () => {
    const nodes = Array.from({ length: 30 }, (_, index) => node({ name: `n${index}` }));
    const kept = JSON.parse(toCapacityJson(completes({ nodes }))).nodes;
    expect(kept.map(({ name }: { name: string }) => name)).toEqual(
      nodes.slice(0, 20).map(({ name }) => name),
    );
  });

  test("stays within 32 KiB when every text is long", () => {
    const text = 'é<"'.repeat(2_000);
    const nodes = Array.from({ length: 20 }, () => node({ name: text, refusedBy: Array(10).fill(text) }));
    const many = <T>(value: T): T[] => Array(50).fill(value);
    const json = toCapacityJson(
      completes({
        nodes,
        reasons: many({ reason: "Unschedulable" as const, message: text }),
        fixes: many({ kind: "nodes" as const, text, value: text }),
        unknown: many({ what: text, why: text }),
      }),
    );
    expect(bytes(json)).toBeLessThanOrEqual(32 * 1024);
    expect(JSON.parse(json).reasons.length).toBeGreaterThan(0);
  });
});

describe("toAnnotation()", () => {
  test("says cause, place, Kubernetes' words, what stands and what to do, a line each", () => {
    expect(toAnnotation(REPORTS["rolled-back"] ?? report())).toEqual({
      title: "deployment/web: image not found (ImageNotFound)",
      message: [
        "ImageNotFound: container web of 1 of 3 new pods cannot pull europe-docker.pkg.dev/shop/web:1.5.0: there is no such image",
        "container web, pod web-8fcc99c46-h2mhm, node pool-1-a",
        'failed to resolve reference "europe-docker.pkg.dev/shop/web:1.5.0": europe-docker.pkg.dev/shop/web:1.5.0: not found',
        "deployment/web was rolled back",
        "deployment/web has europe-docker.pkg.dev/shop/web:1.4.2 (web): 3 of 3 pods available",
        "The template from before is back in place",
        "The repository answers, the tag is missing: see whether the job that pushes it ran, and what is there: gcloud artifacts docker tags list europe-docker.pkg.dev/shop/web",
      ].join("\n"),
    });
  });

  test.each(["succeeded", "unchanged-with-moving-tag", "checked"])(
    "is nothing when the run was %s",
    (name) => {
      expect(toAnnotation(REPORTS[name] ?? report())).toBeUndefined();
    },
  );

  test("stays within the runner's limits, and each line safe, whatever comes", () => {
    fc.assert(
      fc.property(hostileText, fc.nat(3_000), (text, times) => {
        const long = text.repeat(times).slice(0, 20_000);
        const cause = crash({
          summary: long,
          message: long,
          pod: long,
          next: [{ text: long, command: long }],
        });
        const workload = { kind: "Deployment" as const, namespace: long, name: long };
        const annotation = toAnnotation(
          report({
            result: "failed",
            reason: "Timeout",
            causes: [cause],
            workload,
            stands: [long],
            detail: [long],
          }),
        );
        expect(annotation?.title.length).toBeLessThanOrEqual(255);
        expect(annotation?.message.length).toBeLessThanOrEqual(4_000);
        expect(annotation?.message).toMatch(/^Timeout: /);
        for (const line of annotation?.message.split("\n") ?? []) expect(line).not.toMatch(/^\s*::|##\[/);
      }),
      { numRuns: 50 },
    );
  });
});

describe("toJson()", () => {
  test("holds the whole report with times in ISO 8601 and quantities as text", () => {
    const json = JSON.parse(JSON.stringify(toJson(REPORTS["failed-and-left"] ?? report())));
    expect(json).toMatchObject({
      version: "0.1.0",
      result: "failed",
      reason: "ContainerCrashed",
      workload: { kind: "Deployment", namespace: "shop", name: "web" },
      startedAt: "2026-11-24T21:03:07.000Z",
      durationSeconds: 17,
      images: { web: { role: "app", previous: "europe-docker.pkg.dev/shop/web:1.4.2" } },
      capacity: { verdict: "WILL_COMPLETE", read: { nodes: 2, pods: 41 } },
      eventsLeftOut: 0,
    });
    expect(json.causes[0]).toMatchObject({
      firstSeen: "2026-11-24T21:03:10.000Z",
      container: "web",
      role: "app",
    });
    expect(json.causes[0].log.note).toBeNull();
    expect(json.timeline[0]).toMatchObject({ at: "2026-11-24T21:03:08.000Z", until: null });
    expect(json.events).toHaveLength(5);
  });

  test("names what is not known when there is nothing to report", () => {
    expect(toJson(REPORTS["error-input"] ?? report())).toMatchObject({
      workload: null,
      capacity: null,
      revision: null,
      replicas: null,
      causes: [],
    });
  });
});

describe("toSummary()", () => {
  const hostile = (index: number) => `${index} @maria <b>|\`${"é".repeat(4_000)}`;
  const many = report({
    result: "failed",
    reason: "ContainerCrashed",
    causes: Array.from({ length: 50 }, (_, index) =>
      crash({ summary: hostile(index), message: hostile(index), pods: Array(500).fill(hostile(index)) }),
    ),
    stands: Array.from({ length: 50 }, (_, index) => hostile(index)),
    detail: Array.from({ length: 500 }, (_, index) => hostile(index)),
    warnings: Array.from({ length: 500 }, (_, index) => hostile(index)),
    images: Array.from({ length: 50 }, (_, index) => ({
      container: hostile(index),
      role: "app" as const,
      wanted: hostile(index),
      previous: hostile(index),
      digest: "",
      now: hostile(index),
    })),
    timeline: Array.from({ length: 1_500 }, (_, index) =>
      moment(index, hostile(index), hostile(index), "bad"),
    ),
    events: Array.from({ length: 10_000 }, (_, index) =>
      event({ type: "Warning", message: hostile(index), objects: [hostile(index)] }),
    ),
  });

  test.each([0, 50, 10_000])(
    "stays within 128 KiB with 10,000 hostile events and a limit of %i",
    { timeout: 60_000 },
    (eventLimit) => {
      const summary = toSummary(many, { eventLimit });
      expect(bytes(summary)).toBeLessThanOrEqual(128 * 1024);
      expect(summary).toMatch(/^## ❌ /);
      expect(summary).toContain("Shortened to fit into a job summary: ");
      expect(summary).toContain("gke-safe-rollout");
    },
  );

  test("shows the rows that tell the most when there are more events than the limit", () => {
    const summary = toSummary(REPORTS["rolled-back"] ?? report(), { eventLimit: 2 });
    expect(summary).toContain("Error: ErrImagePull");
    expect(summary).not.toContain("Successfully assigned");
    expect(summary).toContain("And 3 more kinds of event");
  });

  test("says nothing of shortening when everything fits", () => {
    expect(toSummary(report(), { eventLimit: 50 })).not.toContain("Shortened");
  });

  test.each([
    ["WILL_COMPLETE", "✅", "has room for this rollout: nothing was changed"],
    ["WILL_STALL", "⚠️", "has no room for this rollout: nothing was changed"],
    ["ADMISSION_FAILS", "⚠️", "would be denied: nothing was changed"],
    ["UNKNOWN", "⚠️", "was checked, with doubts: nothing was changed"],
  ] as const)("has the verdict %s of a mere check in its title", (verdict, icon, fate) => {
    const checked = report({ result: "checked", touched: "no", capacity: completes({ verdict }) });
    expect(toSummary(checked, { eventLimit: 50 }).split("\n")[0]).toBe(
      `## ${icon} \`deployment/web\` ${fate}`,
    );
  });

  test("names what a moment is of when it is not of the rollout itself", () => {
    const precheck = {
      ...moment(0, "rollout", "the rollout finds room"),
      subject: "pre-check",
      until: at(2),
    };
    const timeline = [precheck, ...report().timeline];
    expect(toSummary(report({ timeline }), { eventLimit: 50 })).toContain(
      "| +0s | | pre-check: the rollout finds room, took 2s | rollout |",
    );
  });

  test("says how to have the log read when it was off and would tell", () => {
    const without = (reason: "ContainerCrashed" | "ImageNotFound") =>
      toSummary(report({ result: "failed", reason, causes: [crash({ reason, log: undefined })] }), {
        eventLimit: 50,
      });
    expect(without("ContainerCrashed")).toContain("`log-lines: 30`");
    expect(without("ImageNotFound")).not.toContain("log-lines");
  });

  test("says why there is no log, and not how to ask for one, when it was asked for", () => {
    const asked = (note: string | undefined) => {
      const { log: sample } = crash();
      const log = sample === undefined || note === undefined ? undefined : { ...sample, lines: [], note };
      return toSummary(
        report({ result: "failed", reason: "ContainerCrashed", causes: [crash({ log })], logsRead: true }),
        { eventLimit: 50 },
      );
    };
    const none = asked("the node no longer has this log");
    expect(none).toContain("There is no log of `web` to show: the node no longer has this log.");
    for (const summary of [none, asked(undefined)]) expect(summary).not.toContain("log-lines");
  });
});

describe("toIso() and toOffset()", () => {
  test("print times for machines and for people", () => {
    expect(toIso(at(0.12))).toBe("2026-11-24T21:03:07.120Z");
    expect(toOffset(at(12), at(0))).toBe("+12s");
    expect(toOffset(at(-0.9), at(0))).toBe("+0s");
    expect(toOffset(at(-90), at(0))).toBe("−1m30s");
  });

  test("stay within the calendar when a time is beyond it", () => {
    expect(toIso(instant(Number.MAX_VALUE))).toBe("+275760-09-13T00:00:00.000Z");
    expect(toIso(instant(Number.NaN))).toBe("1970-01-01T00:00:00.000Z");
  });
});
