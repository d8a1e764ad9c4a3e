import { expect, test } from "vitest";
import { toPodSpec } from "../../../src/adapters/kubernetes/decode-pod-spec.ts";
import { readDevices } from "../../../src/adapters/kubernetes/device-classes.ts";
import { doorTo, never } from "./doors.ts";
import { type Answer, byPath, json, refuse, serveApi } from "./fake-api.ts";

const PATH = "/apis/resource.k8s.io/v1/deviceclasses";
const GPU = "example.com/gpu";

/** What is read for a pod with one request of this, and how often the server was asked. */
async function read(answer: Answer, resource = GPU, minor = 36) {
  const api = await serveApi(byPath({ [PATH]: answer }));
  const pod = toPodSpec({ containers: [{ name: "web", resources: { requests: { [resource]: "1" } } }] });
  const devices = await readDevices(doorTo(api.url), { minor, pod }, never);
  return { devices, asked: api.got.length };
}

const classes = json({
  metadata: {},
  items: [
    { metadata: { name: "gpu" }, spec: { extendedResourceName: GPU, selectors: [{ cel: {} }] } },
    { metadata: { name: "nic" }, spec: {} },
  ],
});
const forbidden = refuse(403, {
  reason: "Forbidden",
  message: `deviceclasses.resource.k8s.io is forbidden: User "ci" cannot list resource "deviceclasses" in API group "resource.k8s.io" at the cluster scope`,
});

test("readDevices() reads which extended resource each class stands for", async () => {
  const { devices } = await read(classes);
  expect(devices).toEqual({
    classes: [
      { name: "gpu", extendedResourceName: GPU },
      { name: "nic", extendedResourceName: undefined },
    ],
    gaps: [],
  });
  expect((await read(classes, "deviceclass.resource.kubernetes.io/nic")).devices?.classes).toHaveLength(2);
});

test.each([
  ["requests no such resource", "cpu", 36],
  ["requests huge pages only", "hugepages-2Mi", 36],
  ["cannot get a device so in this version", GPU, 35],
])("readDevices() asks for nothing where the pod %s", async (_, resource, minor) => {
  expect(await read(classes, resource, minor)).toEqual({ devices: undefined, asked: 0 });
});

test("readDevices() finds no classes where the API server does not know them", async () => {
  expect((await read(refuse(404, { reason: "NotFound" }))).devices).toEqual({ classes: [], gaps: [] });
});

test("readDevices() names the right that is missing", async () => {
  expect((await read(forbidden)).devices).toEqual({
    classes: [],
    gaps: [{ what: "DeviceClasses", why: expect.stringMatching(/^403 for "?ci"?; grant .*deviceclasses/) }],
  });
});

test("readDevices() takes what Google answers in front of the API server for no word about classes", async () => {
  const google = json({ error: { code: 404, status: "X", message: "Not here" } }, 404);
  await expect(read(google)).rejects.toThrow(/answered 404 before the cluster was asked/);
});
