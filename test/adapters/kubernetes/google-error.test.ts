import { expect, test } from "vitest";
import { Refusal } from "../../../src/adapters/kubernetes/failure.ts";
import { toGoogleError } from "../../../src/adapters/kubernetes/google-error.ts";

const ASKED = { method: "GET", path: "/", query: new URLSearchParams() };
const refusal = (body: unknown): Refusal => new Refusal(403, JSON.stringify(body), ASKED);

test("toGoogleError() reads reason and facts out of an error of one of Google's APIs", () => {
  const info = {
    "@type": "type.googleapis.com/google.rpc.ErrorInfo",
    reason: "SERVICE_DISABLED",
    metadata: { service: "container.googleapis.com", odd: 1 },
  };
  const details = [{ "@type": "type.googleapis.com/google.rpc.Help", reason: "no" }, info];
  expect(
    toGoogleError({ error: { code: 403, message: "off", status: "PERMISSION_DENIED", details } }),
  ).toEqual({
    status: "PERMISSION_DENIED",
    message: "off",
    reason: "SERVICE_DISABLED",
    metadata: { service: "container.googleapis.com" },
  });
});

test("toGoogleError() reads an error of a token endpoint", () => {
  const read = { status: "invalid_grant", reason: undefined, metadata: {} };
  expect(toGoogleError({ error: "invalid_grant", error_description: "bad" })).toEqual({
    ...read,
    message: "bad",
  });
  expect(toGoogleError({ error: "invalid_grant" })).toEqual({ ...read, message: "invalid_grant" });
});

test.each([[undefined], [null], ["text"], [[]], [{ message: "no" }], [{ error: 5 }], [{ error: {} }]])(
  "toGoogleError() leaves alone what is not Google's: %j",
  (json) => {
    expect(toGoogleError(json)).toBeUndefined();
  },
);

test("a Refusal tells Google's error from an API server's", () => {
  const error = { code: 403, message: "no", status: "PERMISSION_DENIED" };
  expect(refusal({ error })).toMatchObject({ message: "no", google: { status: "PERMISSION_DENIED" } });
  const status = refusal({ kind: "Status", reason: "Forbidden", message: "not you", error });
  expect(status).toMatchObject({ message: "not you", status: { reason: "Forbidden" }, google: undefined });
});
