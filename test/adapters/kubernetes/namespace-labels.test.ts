import { expect, test } from "vitest";
import { readNamespaceLabels } from "../../../src/adapters/kubernetes/namespace-labels.ts";
import type { PodAffinityTerm } from "../../../src/core/model/pod-spec.ts";
import { doorTo, never } from "./doors.ts";
import { type Answer, byPath, json, refuse, serveApi } from "./fake-api.ts";

const ALL = "/api/v1/namespaces";
const OWN = "/api/v1/namespaces/shop";
const namespace = (name: string) => ({ metadata: { name, labels: { env: name } } });
const selecting: PodAffinityTerm = {
  topologyKey: "zone",
  selector: [{ key: "app", operator: "In", values: ["web"] }],
  namespaces: [],
  namespaceSelector: [{ key: "env", operator: "In", values: ["prod"] }],
  matchLabelKeys: [],
  mismatchLabelKeys: [],
};

interface Terms {
  readonly own?: readonly PodAffinityTerm[];
  readonly others?: readonly PodAffinityTerm[];
}

async function labelsFor({ own = [], others = [] }: Terms, answers: Readonly<Record<string, Answer>> = {}) {
  const api = await serveApi(
    byPath({
      [ALL]: json({ metadata: {}, items: [namespace("shop"), namespace("other")] }),
      [OWN]: json(namespace("shop")),
      ...answers,
    }),
  );
  const { labels, gaps } = await readNamespaceLabels(
    doorTo(api.url),
    {
      namespace: "shop",
      labels: { app: "web" },
      pod: { podAffinity: own, podAntiAffinity: [] },
      pods: [{ repels: others }],
    },
    never,
  );
  return {
    names: [...labels.keys()],
    env: labels.get("shop")?.env,
    gaps,
    asked: api.got.map(({ path }) => path),
  };
}

test("readNamespaceLabels() asks for nothing where no term selects namespaces", async () => {
  expect(await labelsFor({})).toEqual({ names: [], env: undefined, gaps: [], asked: [] });
});

test("readNamespaceLabels() reads our own where another pod's term selects by it", async () => {
  expect(await labelsFor({ others: [selecting] })).toEqual({
    names: ["shop"],
    env: "shop",
    gaps: [],
    asked: [OWN],
  });
});

test("readNamespaceLabels() reads all where the new pod's term does", async () => {
  const { names, asked } = await labelsFor({ own: [selecting], others: [selecting] });
  expect(names).toEqual(["shop", "other"]);
  expect(asked).toEqual([ALL]);
});

test.each<[string, Terms]>([
  ["our own", { others: [selecting] }],
  ["all", { own: [selecting] }],
])("readNamespaceLabels() has a gap that may hide anything where it may not read %s", async (_, terms) => {
  const forbidden = refuse(403, {
    reason: "Forbidden",
    message: 'namespaces is forbidden: User "ci" cannot do this',
  });
  const { names, gaps } = await labelsFor(terms, { [ALL]: forbidden, [OWN]: forbidden });
  expect(names).toEqual([]);
  expect(gaps).toEqual([
    {
      what: "labels of namespaces",
      why: expect.stringMatching(/^403 for "ci"; grant (get|list) on namespaces/),
    },
  ]);
});
