import { expect, onTestFinished, test } from "vitest";
import { openCluster } from "../src/adapters/kubernetes/cluster.ts";
import { toWorkload } from "../src/adapters/kubernetes/decode.ts";
import { loadKubeconfig } from "../src/adapters/kubernetes/kubeconfig.ts";
import { instant } from "../src/core/model/instant.ts";
import { ActionError } from "../src/core/reason.ts";
import type { World } from "../src/ports.ts";
import { type Written, writeBack } from "../src/write.ts";
import { never, writeKubeconfig } from "./adapters/kubernetes/doors.ts";
import { byPath, json, serveApi } from "./adapters/kubernetes/fake-api.ts";
import { deployment, WORKLOAD_PATH } from "./adapters/kubernetes/fake-workload.ts";

/** What a sign-in throws where nobody gave a token in time. */
const silent = Object.assign(new Error("no token from sts.test: no answer within 15 s"), { code: "TIMEOUT" });

/** Writes a template back while the sign-in fails, one time after another. */
async function writeBackAfter(failures: readonly Error[]): Promise<{ written: Written; said: string[] }> {
  const api = await serveApi(byPath({ [WORKLOAD_PATH]: json(deployment("11")) }));
  const left = failures.values();
  const cluster = openCluster({
    access: loadKubeconfig({ kubeconfig: writeKubeconfig(api.url), context: undefined, env: {} }),
    authenticator: {
      as: "robot",
      refused: "it is not known",
      credentials: async () => {
        const { value: failure } = left.next();
        if (failure !== undefined) throw failure;
        return { headers: {}, cert: undefined, key: undefined };
      },
      forget: () => undefined,
    },
    namespace: undefined,
    env: {},
    fieldManager: "test",
    warn: () => undefined,
    lists: false,
  });
  onTestFinished(() => cluster.close());
  const said: string[] = [];
  const world: World = {
    cluster,
    clock: { now: () => instant(0), sleep: async () => undefined },
    log: { info: (text) => said.push(text), warning: () => undefined, group: (_, work) => work() },
    verifier: { run: () => Promise.reject(new Error("nothing is verified here")) },
  };
  const workload = toWorkload(deployment("10"));
  const written = await writeBack(world, { workload, patch: [], wanted: workload.template }, never);
  return { written, said };
}

test("writeBack() tries again while nobody gives a token, and writes when it heals", async () => {
  const { written, said } = await writeBackAfter([silent, silent]);
  expect(written).toMatchObject({ kind: "written", workload: { resourceVersion: "11" } });
  expect(said).toEqual(
    Array(2).fill(
      "The rollback is not written yet (Cannot sign in as robot: no token from sts.test: no answer within 15 s); trying again",
    ),
  );
});

test("writeBack() ends at a sign-in that no second try helps", async () => {
  const final = new ActionError("AuthenticationFailed", "the key is gone");
  await expect(writeBackAfter([silent, final])).rejects.toBe(final);
});
