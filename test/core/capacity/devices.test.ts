import { expect, test } from "vitest";
import { checkCapacity } from "../../../src/core/capacity/check.ts";
import type { Devices } from "../../../src/core/model/devices.ts";
import { node, podSpec, scenario } from "./builders.ts";

const GPU = "example.com/gpu";
const IMPLICIT = "deviceclass.resource.kubernetes.io/gpu";
const classes = (extendedResourceName?: string): Devices => ({
  classes: [{ name: "gpu", extendedResourceName }],
  gaps: [],
});

/** The answer where one pod requests a device, and the only node has (or has not) a number of them. */
function answer(devices: Devices | undefined, resource = GPU, onNode?: string) {
  const nodes = [node("a", { cpu: "2", ...(onNode !== undefined && { [resource]: onNode }) })];
  const snapshot = devices === undefined ? {} : { devices };
  const { verdict, unknown } = checkCapacity(
    ...scenario({ replicas: 2, nodes, pod: podSpec({ [resource]: "1" }), snapshot }),
  );
  return [verdict, ...unknown.map(({ why }) => why)];
}

test("checkCapacity() is certain that no device stands for an extended resource where no DeviceClass does", () => {
  expect(answer({ classes: [], gaps: [] })).toEqual(["WILL_STALL"]);
  expect(answer(classes())).toEqual(["WILL_STALL"]);
  expect(answer(classes("example.com/nic"))).toEqual(["WILL_STALL"]);
  expect(answer(classes(), "deviceclass.resource.kubernetes.io/nic")).toEqual(["WILL_STALL"]);
});

test("checkCapacity() does not know what a DeviceClass provides, by the name it gives or by its own", () => {
  const why = "a DeviceClass provides it on nodes that do not list it";
  expect(answer(classes(GPU))).toEqual(["UNKNOWN", why]);
  expect(answer(classes(), IMPLICIT)).toEqual(["UNKNOWN", why]);
});

test("checkCapacity() counts what a node lists itself, whatever a DeviceClass provides", () => {
  expect(answer(classes(GPU), GPU, "1")).toEqual(["WILL_STALL"]);
  expect(answer(classes(GPU), GPU, "3")).toEqual(["WILL_COMPLETE"]);
});

test("checkCapacity() says why it does not know the DeviceClasses", () => {
  const unread = { classes: [], gaps: [{ what: "DeviceClasses", why: "403" }] };
  expect(answer(unread)).toEqual(["UNKNOWN", expect.stringMatching(/may provide/), "403"]);
  expect(answer(undefined)).toEqual(["UNKNOWN", expect.stringMatching(/may provide/)]);
});
