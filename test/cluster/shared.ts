import { inject } from "vitest";
import { Cluster } from "./cluster.ts";
import type { Place } from "./control-plane.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The control plane that all files of one run share. */
    readonly controlPlane: Place;
  }
}

/** Joins the control plane that all test files of this run share; `stop()` takes away only what was made here. */
export const sharedCluster = (): Promise<Cluster> => Cluster.join(inject("controlPlane"));
