import { describe, expect, test } from "vitest";
import { lacking, lossText, missingOf, type Need, needsOf, type Wants } from "../../src/core/preflight.ts";

const REF = { kind: "Deployment", namespace: "shop", name: "web" } as const;
const USUAL: Wants = { mode: "deploy", precheck: "enforce", logLines: 30 };

/** `watch apps/deployments shop web`, with a `?` in front where it is optional. */
const shown = ({ kind, verb, group, resource, namespace, name }: Need): string =>
  [`${kind === "optional" ? "?" : ""}${verb}`, `${group}/${resource}`, namespace ?? "*", name]
    .filter((part) => part !== undefined)
    .join(" ");

const needs = (wants: Partial<Wants> = {}) => needsOf(REF, { ...USUAL, ...wants });

const OF_PRECHECK = [
  "?create /pods shop",
  "?list /limitranges shop",
  "?list scheduling.k8s.io/priorityclasses *",
  "?list node.k8s.io/runtimeclasses *",
  "?list /nodes *",
  "?list /pods *",
  "?list /resourcequotas shop",
  "?get /namespaces shop shop",
  "?list /namespaces *",
  "?list /persistentvolumeclaims shop",
  "?list /persistentvolumes *",
  "?list storage.k8s.io/storageclasses *",
  "?list storage.k8s.io/csinodes *",
  "?list storage.k8s.io/csidrivers *",
  "?list storage.k8s.io/csistoragecapacities *",
  "?list storage.k8s.io/volumeattachments *",
  "?list policy/poddisruptionbudgets *",
  "?list autoscaling/horizontalpodautoscalers shop",
  "?list resource.k8s.io/deviceclasses *",
  "?get /configmaps kube-system cluster-autoscaler-status",
] as const;

/** What is missing when all rights but these are there. */
const without = (wants: Partial<Wants>, ...denied: readonly string[]) => {
  const all = needs(wants);
  return missingOf(
    all,
    all.map((need) => !denied.includes(shown(need))),
  );
};

describe("needsOf()", () => {
  test("asks for what a rollout, its rollback and its report use, and names the workload", () => {
    expect(needs().map(shown)).toEqual([
      "get apps/deployments shop web",
      "list apps/deployments shop web",
      "watch apps/deployments shop web",
      "patch apps/deployments shop web",
      "list apps/replicasets shop",
      "watch apps/replicasets shop",
      "list /pods shop",
      "watch /pods shop",
      "?list /events shop",
      "?watch /events shop",
      "?get /pods/log shop",
      ...OF_PRECHECK,
    ]);
  });

  test.each([
    ["changes nothing in mode: check", { mode: "check" }, ["patch apps/deployments shop web"]],
    ["reads no log with log-lines: 0", { logLines: 0 }, ["?get /pods/log shop"]],
    ["looks at no room with precheck: off", { precheck: "off" }, OF_PRECHECK],
    ["looks at room with precheck: warn", { precheck: "warn" }, []],
  ] as const)("%s", (_, wants, absent) => {
    const all = needs().map(shown);
    expect(needs(wants).map(shown)).toEqual(all.filter((need) => !absent.some((gone) => gone === need)));
  });
});

describe("missingOf()", () => {
  test("finds nothing missing when every right is there", () => {
    expect(without({})).toEqual({ required: [], losses: [] });
  });

  test("tells what is required from what is lost, a loss once for all rights behind it", () => {
    const { required, losses } = without({}, "watch /pods shop", "?list /events shop", "?watch /events shop");
    expect(required.map(({ verb, resource }) => `${verb} ${resource}`)).toEqual(["watch pods"]);
    expect(losses.map(lossText)).toEqual([
      "No right to list and watch events in namespace shop: causes that Kubernetes tells in events only (volumes, probes) are not found",
    ]);
  });

  test("needs LimitRanges and classes only where no pod can be created", () => {
    const local = OF_PRECHECK.slice(1, 4);
    expect(without({}, ...local).losses).toEqual([]);
    const { losses } = without({}, ...local, "?create /pods shop");
    expect(losses.map(lossText)).toEqual([
      expect.stringMatching(/^No right to create pods in namespace shop: no dry run/),
      expect.stringMatching(/^No right to list limitranges in namespace shop: requests/),
      expect.stringMatching(
        /^No right to list priorityclasses\.\S+ and runtimeclasses\.\S+ in the whole cluster: what priority/,
      ),
    ]);
  });

  test("tells once for all of storage what is lost", () => {
    const { losses } = without({}, ...OF_PRECHECK.slice(9, 16));
    expect(losses.map(({ rights }) => rights.length)).toEqual([7]);
  });

  test("tells pods of all namespaces from those of one", () => {
    const { required, losses } = without({}, "?list /pods *", "?list /nodes *");
    expect(required).toEqual([]);
    expect(losses.map(lossText)).toEqual([
      expect.stringMatching(/^No right to list nodes and pods in the whole cluster: .*UNKNOWN/),
    ]);
  });

  test("counts what was not answered as missing", () => {
    expect(missingOf(needs(), []).required).toHaveLength(8);
  });
});

describe("lacking()", () => {
  test("lists everything at once, and grants it to who we are", () => {
    const { reason, message, detail } = lacking(missingOf(needs(), []).required, "ci@shop.test");
    expect(reason).toBe("PermissionDenied");
    expect(message).toBe(
      '"ci@shop.test" may not get, list, watch and patch deployments.apps web; ' +
        "list and watch replicasets.apps and pods in namespace shop, which this run needs; nothing was changed",
    );
    expect(detail).toContain(`    name: "ci@shop.test"`);
  });

  test("does not make up a name that the API server did not tell", () => {
    const { message, detail } = lacking(without({}, "watch /pods shop").required, undefined);
    expect(message).toBe(
      "This identity may not watch pods in namespace shop, which this run needs; nothing was changed",
    );
    expect(detail).toContain(`    name: "PUT THE USER HERE"`);
  });
});
