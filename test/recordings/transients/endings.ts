import type { Wire } from "./objects.ts";
import type { Random } from "./random.ts";
import type { Life } from "./rollout.ts";
import { onNode, running, type Sign, type Stands, terminated, waiting } from "./signs.ts";

/** An app that ends, with the restarts' back-off between, and then runs. */
export function endingLife(random: Random, now: number, ends: number, exitCode: number): Life {
  const signs: Sign[] = [];
  let at = random.between(1, 3);
  let last: Wire | undefined;
  for (let restarts = 0; restarts < ends; restarts += 1) {
    const before = last === undefined ? {} : { last };
    const ranFor = random.between(0.5, 8);
    signs.push({ at, status: onNode(now + at, { state: running(now + at), restarts, ...before }) });
    at += ranFor;
    last = terminated(now + at, exitCode);
    signs.push({ at, status: onNode(now + at, { state: { terminated: last }, restarts, ...before }) });
    const message = "Back-off restarting failed container web in pod web_shop(uid)";
    signs.push({
      at: at + 0.3,
      event: { reason: "BackOff", message, container: "web", count: restarts + 1, first: now },
    });
    const crashLoop = waiting(
      "CrashLoopBackOff",
      `back-off ${10 * 2 ** restarts}s restarting failed container=web`,
    );
    signs.push({ at: at + 0.4, status: onNode(now + at, { state: crashLoop, restarts, last }) });
    at += 1 + restarts * random.between(10, 14);
  }
  const stands: Stands = {
    state: running(now + at),
    restarts: ends,
    ...(last === undefined ? {} : { last }),
  };
  signs.push({ at, status: onNode(now + at, stands) });
  at += random.between(1, 10);
  return { signs, end: { kind: "ready", at, status: onNode(now + at, { ...stands, ready: true }) } };
}

/** A sidecar that ends once or twice before what it talks to is there. */
export function sidecarLife(random: Random, now: number): Life {
  const signs: Sign[] = [];
  const web: Stands = { state: waiting("PodInitializing") };
  let at = random.between(1, 3);
  let last: Wire | undefined;
  const ends = random.pick([1, 2]);
  for (let restarts = 0; restarts < ends; restarts += 1) {
    const before = last === undefined ? {} : { last };
    signs.push({
      at,
      status: onNode(now + at, web, { sidecar: { state: running(now + at), restarts, ...before } }),
    });
    at += random.between(0.5, 4);
    last = terminated(now + at, random.pick([1, 2, 137]));
    signs.push({
      at,
      status: onNode(now + at, web, { sidecar: { state: { terminated: last }, restarts, ...before } }),
    });
    at += 1 + restarts * random.between(10, 14);
  }
  const sidecar: Stands = {
    state: running(now + at),
    ready: true,
    restarts: ends,
    ...(last === undefined ? {} : { last }),
  };
  signs.push({ at, status: onNode(now + at, web, { sidecar }) });
  at += random.between(1, 3);
  signs.push({ at, status: onNode(now + at, { state: running(now + at) }, { sidecar }) });
  at += random.between(1, 8);
  return {
    signs,
    end: {
      kind: "ready",
      at,
      status: onNode(now + at, { state: running(now + at), ready: true }, { sidecar }),
    },
  };
}
