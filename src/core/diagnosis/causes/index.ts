import type { Cause } from "../symptom.ts";
import { containerCreate } from "./container-create.ts";
import { containerStart, execFormat, oomAtStart } from "./container-start.ts";
import { crash } from "./crash.ts";
import { eviction } from "./eviction.ts";
import { imageName } from "./image-name.ts";
import { imagePull } from "./image-pull.ts";
import { loadBalancer } from "./load-balancer.ts";
import { missingConfig } from "./missing-config.ts";
import { nodeNotReady } from "./node-not-ready.ts";
import { oomKilled } from "./oom-killed.ts";
import { placement } from "./placement.ts";
import { podCreation } from "./pod-creation.ts";
import { postStartHook } from "./post-start-hook.ts";
import { probeKills } from "./probe-kills.ts";
import { readiness } from "./readiness.ts";
import { readinessGate } from "./readiness-gate.ts";
import { rejection } from "./rejection.ts";
import { sandbox } from "./sandbox.ts";
import { scaleUp } from "./scale-up.ts";
import { schedulingGate } from "./scheduling-gate.ts";
import { securityContext } from "./security-context.ts";
import { volumes } from "./volumes.ts";

/** Every cause, the first cause before its echoes: where several explain one container, the earlier row wins. */
export const CAUSES: readonly Cause[] = [
  podCreation,
  imageName,
  imagePull,
  missingConfig,
  securityContext,
  containerCreate,
  execFormat,
  oomAtStart,
  containerStart,
  postStartHook,
  oomKilled,
  probeKills,
  crash,
  volumes,
  sandbox,
  scaleUp,
  placement,
  schedulingGate,
  rejection,
  eviction,
  nodeNotReady,
  readiness,
  loadBalancer,
  readinessGate,
];
