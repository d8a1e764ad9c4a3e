import fc from "fast-check";
import { expect, test } from "vitest";
import { jsonLines } from "../../../src/adapters/kubernetes/json-lines.ts";
import { attributesOf } from "../../../src/adapters/kubernetes/request-info.ts";
import { isOlder } from "../../../src/adapters/kubernetes/resource-version.ts";
import { selectorText } from "../../../src/adapters/kubernetes/selector-text.ts";
import { warningsOf } from "../../../src/adapters/kubernetes/warnings.ts";

const asked = (method: string, url: string) => {
  const { pathname, searchParams } = new URL(url, "https://api");
  return { method, path: pathname, query: searchParams };
};

test.each([
  ["GET", "/api/v1/nodes", "list", "", "nodes", undefined, undefined],
  ["GET", "/api/v1/nodes/n1", "get", "", "nodes", undefined, "n1"],
  [
    "GET",
    "/apis/apps/v1/namespaces/shop/deployments?watch=true",
    "watch",
    "apps",
    "deployments",
    "shop",
    undefined,
  ],
  ["PATCH", "/apis/apps/v1/namespaces/shop/deployments/web", "patch", "apps", "deployments", "shop", "web"],
  ["POST", "/api/v1/namespaces/shop/pods?dryRun=All", "create", "", "pods", "shop", undefined],
  ["GET", "/api/v1/namespaces/shop/pods/p/log", "get", "", "pods/log", "shop", "p"],
  ["GET", "/api/v1/namespaces", "list", "", "namespaces", undefined, undefined],
  ["GET", "/api/v1/namespaces/shop", "get", "", "namespaces", undefined, "shop"],
])(
  "attributesOf() reads %s %s as the authoriser does",
  (method, url, verb, group, resource, namespace, name) => {
    expect(attributesOf(asked(method, url))).toEqual({ verb, group, resource, namespace, name });
  },
);

test("attributesOf() knows that /version is no resource", () => {
  expect(attributesOf(asked("GET", "/version"))).toBeUndefined();
});

test("jsonLines() finds the same values however the bytes are cut", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.json({ stringUnit: "grapheme" })),
      fc.array(fc.nat({ max: 200 })),
      async (values, cuts) => {
        const bytes = Buffer.from(values.map((value) => `${value}\n`).join(""));
        const ends = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
        const chunks = ends.slice(1).map((end, index) => bytes.subarray(ends[index], end));
        async function* body() {
          yield* chunks;
        }
        expect(await Array.fromAsync(jsonLines(body()))).toEqual(values.map((value) => JSON.parse(value)));
      },
    ),
  );
});

test("jsonLines() takes a last line without an end, and throws on a broken one", async () => {
  async function* body(text: string) {
    yield Buffer.from(text);
  }
  expect(await Array.fromAsync(jsonLines(body('{"a":1}\n\n{"b":2}')))).toEqual([{ a: 1 }, { b: 2 }]);
  await expect(Array.fromAsync(jsonLines(body('{"a":1}\n{"b"')))).rejects.toThrow(SyntaxError);
});

test("isOlder() compares whole numbers of any length, and nothing else", () => {
  expect([isOlder("9", "10"), isOlder("10", "9"), isOlder("10", "10")]).toEqual([true, false, false]);
  expect(isOlder("9007199254740993", "9007199254740994")).toBe(true);
  expect([isOlder("a", "b"), isOlder(undefined, "1"), isOlder("1", undefined)]).toEqual([
    false,
    false,
    false,
  ]);
});

test("selectorText() writes every operator", () => {
  const selector = [
    { key: "app", operator: "In", values: ["web", "api"] },
    { key: "tier", operator: "NotIn", values: ["db"] },
    { key: "live", operator: "Exists", values: [] },
    { key: "old", operator: "DoesNotExist", values: [] },
  ];
  expect(selectorText(selector)).toBe("app in (web,api),tier notin (db),live,!old");
});

test("warningsOf() takes each text once, unescaped", () => {
  expect(warningsOf('299 - "a, b", 299 - "say \\"hi\\"", 299 - "a, b"')).toEqual(["a, b", 'say "hi"']);
  expect(warningsOf(undefined)).toEqual([]);
});
