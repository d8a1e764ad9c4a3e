import { describe, expect, test } from "vitest";
import { matchesLabels, matchesNodeTerms } from "../../src/core/selector.ts";

const labels = { app: "web", size: "8", word: "big" };

describe("matchesLabels()", () => {
  const cases: readonly (readonly [string, string, readonly string[], boolean])[] = [
    ["app", "In", ["db", "web"], true],
    ["app", "In", ["db"], false],
    ["none", "In", ["web"], false],
    ["app", "NotIn", ["db"], true],
    ["app", "NotIn", ["web"], false],
    ["none", "NotIn", ["web"], true],
    ["app", "Exists", [], true],
    ["none", "Exists", [], false],
    ["none", "DoesNotExist", [], true],
    ["app", "DoesNotExist", [], false],
    ["size", "Gt", ["7"], true],
    ["size", "Gt", ["8"], false],
    ["size", "Lt", ["9"], true],
    ["size", "Lt", ["8"], false],
    ["word", "Gt", ["1"], false],
    ["size", "Gt", ["1", "2"], false],
    ["size", "Lt", ["99999999999999999999"], false],
    ["none", "Lt", ["1"], false],
    ["app", "Unheard", ["web"], false],
    ["constructor", "Exists", [], false],
  ];
  for (const [key, operator, values, holds] of cases) {
    test(`matchesLabels() is ${holds} for ${key} ${operator} ${values}`, () =>
      expect(matchesLabels([{ key, operator, values }], labels)).toBe(holds));
  }

  test("matchesLabels() wants every requirement, and with none selects everything", () => {
    const app = { key: "app", operator: "Exists", values: [] };
    expect(matchesLabels([app, { ...app, key: "none" }], labels)).toBe(false);
    expect(matchesLabels([], {})).toBe(true);
  });
});

describe("matchesNodeTerms()", () => {
  const node = { name: "node-1", labels };
  const web = { key: "app", operator: "In", values: ["web"] };
  const named = (name: string, operator = "In") => ({ key: "metadata.name", operator, values: [name] });
  const term = (matchExpressions: (typeof web)[], matchFields: (typeof web)[] = []) => ({
    matchExpressions,
    matchFields,
  });

  test("matchesNodeTerms() ORs terms and ANDs their parts", () => {
    expect(matchesNodeTerms([term([{ ...web, values: ["db"] }]), term([web])], node)).toBe(true);
    expect(matchesNodeTerms([term([web], [named("node-2")])], node)).toBe(false);
    expect(matchesNodeTerms([term([web], [named("node-1")])], node)).toBe(true);
    expect(matchesNodeTerms([term([], [named("node-1", "NotIn")])], node)).toBe(false);
  });

  test("matchesNodeTerms() matches nothing with no term, an empty term or an unknown field", () => {
    expect(matchesNodeTerms([], node)).toBe(false);
    expect(matchesNodeTerms([term([])], node)).toBe(false);
    expect(matchesNodeTerms([term([], [{ ...named("node-1"), key: "spec.x" }])], node)).toBe(false);
    expect(matchesNodeTerms([term([], [{ ...named("node-1"), values: ["node-1", "b"] }])], node)).toBe(false);
  });
});
