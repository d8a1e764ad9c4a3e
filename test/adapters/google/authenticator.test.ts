import { expect, onTestFinished, test } from "vitest";
import { createGoogleAuthenticator } from "../../../src/adapters/google/authenticator.ts";
import type { GkeDoor } from "../../../src/adapters/google/gke-door.ts";
import type { Token } from "../../../src/adapters/google/token.ts";
import { createTransport, type Transport } from "../../../src/adapters/kubernetes/transport.ts";
import { never } from "../kubernetes/doors.ts";
import { refuse } from "../kubernetes/fake-api.ts";
import { environment, fakeGoogle, find, OIDC_PATH, STS_PATH } from "./fake-google.ts";

const VERSION = { method: "GET", path: "/version" } as const;

function transportOf({ access, authenticator }: GkeDoor): Transport {
  const proxy = { url: "", exceptions: "" };
  const transport = createTransport({ access, authenticator, proxy, userAgent: "test", firstPauseMs: 1 });
  onTestFinished(() => transport.close());
  return transport;
}

test("a door holds for 30 minutes of direct federation, with few exchanges and no failed request", async () => {
  const google = await fakeGoogle();
  const { door } = await find(environment(google), {}, { now: () => google.now });
  const transport = transportOf(door);
  const minutes = 30;
  for (let second = 0; second < minutes * 60; second += 2) {
    google.now = second * 1000;
    await Promise.all([transport.send(VERSION, never), transport.send(VERSION, never)]);
  }
  expect(google.api.got.filter(({ path }) => path === "/version")).toHaveLength(minutes * 60 + 1);
  expect(google.count(STS_PATH)).toBe(google.count(OIDC_PATH));
  expect(google.count(STS_PATH)).toBeLessThanOrEqual(Math.ceil(minutes / 3.5));
  expect(google.count(STS_PATH)).toBeGreaterThan(minutes / 5);
});

test("a door asks for one more token when the server refuses the one it has, and no more", async () => {
  const google = await fakeGoogle();
  const clock = { now: 0 };
  const { door } = await find(environment(google), {}, { now: () => clock.now });
  const transport = transportOf(door);
  // The tokens end early, as they do when an administrator revokes them.
  google.now = 400_000;
  await Promise.all(Array.from({ length: 10 }, () => transport.send(VERSION, never)));
  expect(google.count(STS_PATH)).toBe(2);
  clock.now = 20_000;
  google.answers["/version"] = refuse(401);
  for (let time = 0; time < 3; time++) {
    await expect(transport.send(VERSION, never)).rejects.toMatchObject({ code: 401 });
  }
  expect(google.count(STS_PATH)).toBe(3);
});

/** An authenticator over exchanges that end when the test says so. */
function keeper(lifetimeMs = 300_000) {
  const exchanges: PromiseWithResolvers<Token>[] = [];
  const masked: string[] = [];
  const clock = { now: 0 };
  const authenticator = createGoogleAuthenticator({
    source: {
      mint: () => {
        const exchange = Promise.withResolvers<Token>();
        exchanges.push(exchange);
        return exchange.promise;
      },
      identity: () => ({ text: "service account x", member: "serviceAccount:x" }),
    },
    mask: (secret) => masked.push(secret),
    now: () => clock.now,
  });
  const give = async (index: number, value: string) => {
    exchanges[index]?.resolve({ value, lifetimeMs, quotaProject: undefined });
    await new Promise((resolve) => setImmediate(resolve));
  };
  const token = async () => (await authenticator.credentials()).headers.Authorization;
  return { authenticator, exchanges, masked, clock, give, token };
}

test("credentials() shares one exchange among all who wait, and masks the token before it is used", async () => {
  const { exchanges, masked, give, token } = keeper();
  const waiting = [token(), token(), token()];
  await give(0, "one");
  expect(masked).toEqual(["one"]);
  expect(await Promise.all(waiting)).toEqual(["Bearer one", "Bearer one", "Bearer one"]);
  expect(exchanges).toHaveLength(1);
});

test("credentials() replaces a token in its last minute, while nobody waits", async () => {
  const { exchanges, clock, give, token } = keeper();
  const first = token();
  await give(0, "one");
  await first;
  clock.now = 239_000;
  await token();
  expect(exchanges).toHaveLength(1);
  clock.now = 241_000;
  expect(await Promise.all([token(), token()])).toEqual(["Bearer one", "Bearer one"]);
  expect(exchanges).toHaveLength(2);
  await give(1, "two");
  expect(await token()).toBe("Bearer two");
});

test("credentials() uses a good token on while the exchange fails, and tells the failure when it has ended", async () => {
  const { exchanges, clock, give, token } = keeper();
  const first = token();
  await give(0, "one");
  await first;
  clock.now = 245_000;
  await token();
  exchanges[1]?.reject(new Error("no token from sts"));
  await new Promise((resolve) => setImmediate(resolve));
  clock.now = 249_000;
  expect(await token()).toBe("Bearer one");
  expect(exchanges).toHaveLength(2);
  clock.now = 251_000;
  expect(await token()).toBe("Bearer one");
  expect(exchanges).toHaveLength(3);
  exchanges[2]?.reject(new Error("no token from sts"));
  await new Promise((resolve) => setImmediate(resolve));
  clock.now = 299_000;
  const last = token();
  exchanges[3]?.reject(new Error("no token from sts, still"));
  await expect(last).rejects.toThrow("no token from sts, still");
  const next = token();
  await give(4, "two");
  expect(await next).toBe("Bearer two");
});

test("forget() drops the token that was refused, not the one that came after it", async () => {
  const { authenticator, exchanges, give, token } = keeper();
  const asked = authenticator.credentials();
  await give(0, "one");
  const refused = await asked;
  authenticator.forget(refused);
  const second = token();
  await give(1, "two");
  await second;
  authenticator.forget(refused);
  expect(await token()).toBe("Bearer two");
  expect(exchanges).toHaveLength(2);
});

test("forget() drops the next token that is refused not before 20 s: a third would be refused as well", async () => {
  const { authenticator, exchanges, clock, give, token } = keeper();
  const first = authenticator.credentials();
  await give(0, "one");
  authenticator.forget(await first);
  const second = authenticator.credentials();
  await give(1, "two");
  clock.now = 19_000;
  authenticator.forget(await second);
  expect(await token()).toBe("Bearer two");
  expect(exchanges).toHaveLength(2);
  clock.now = 20_000;
  authenticator.forget(await second);
  const third = token();
  await give(2, "three");
  expect(await third).toBe("Bearer three");
});

test.each([
  [20, 15],
  [3600, 3539],
])("credentials() is content with a token of %i s after %i s", async (lifetime, age) => {
  const { exchanges, clock, give, token } = keeper(lifetime * 1000);
  const first = token();
  await give(0, "one");
  await first;
  clock.now = age * 1000;
  await token();
  expect(exchanges).toHaveLength(1);
});
