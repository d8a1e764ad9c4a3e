import type { TestProject } from "vitest/node";
import { startControlPlane } from "./control-plane.ts";

/** Starts the control plane that all files of the vitest project `cluster` share. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { place, stop } = await startControlPlane();
  project.provide("controlPlane", place);
  return stop;
}
