import { spawn } from "node:child_process";
import { once } from "node:events";
import { rm } from "node:fs/promises";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { controlPlaneBinary, type Minor } from "./binary.ts";
import { type SchedulerOptions, schedulerConfiguration } from "./scheduler.ts";

/** The minor whose program has the supervisor and kwok. */
const newest: Minor = 36;

/** Where a running control plane is; plain data, so that other processes can join it. */
export interface Place {
  /** Its files: certificates, logs of the parts. Removed when it ends. */
  readonly directory: string;
  /** `https://127.0.0.1:PORT` */
  readonly server: string;
  /** A bearer token is `SECRET.BASE64URL(user name)`; `admin` may do everything. */
  readonly secret: string;
}

/** What can differ between control planes. */
export interface ControlPlaneOptions {
  /** Minor version of Kubernetes 1.x. Default 36. */
  readonly minor?: Minor;
  /** Default: as Kubernetes has it. */
  readonly scheduler?: SchedulerOptions;
}

/** A control plane that this process started. */
export interface ControlPlane {
  readonly place: Place;
  /** Ends every part and removes the files. */
  stop(): Promise<void>;
}

/**
 * Starts etcd, kube-apiserver, kube-controller-manager, kube-scheduler and kwok. The supervisor of these
 * processes ends them when its standard input closes, so they end with this process, even when it is killed.
 *
 * @throws Error with the last log lines of the parts when one does not start
 */
export async function startControlPlane(options: ControlPlaneOptions = {}): Promise<ControlPlane> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await started(options);
    } catch (error) {
      if (attempt === ATTEMPTS || !String(error).includes("address already in use")) throw error;
    }
  }
}

/** Between finding a free port and listening on it somebody else may take it. */
const ATTEMPTS = 3;

async function started(options: ControlPlaneOptions): Promise<ControlPlane> {
  const { minor = newest, scheduler = {} } = options;
  const supervisor = await controlPlaneBinary(newest);
  const given = {
    ...(minor !== newest && { kubernetes: await controlPlaneBinary(minor) }),
    ...schedulerConfiguration(scheduler),
  };
  const child = spawn(supervisor, ["up", JSON.stringify(given)], {
    stdio: ["pipe", "pipe", "pipe"],
    detached: true,
  });
  const ended = once(child, "close");
  const errors = text(child.stderr);
  const [line] = await Promise.race([
    once(createInterface(child.stdout), "line") as Promise<[string]>,
    ended.then(async () => Promise.reject(new Error(`The control plane did not start: ${await errors}`))),
  ]);
  const place = JSON.parse(line) as Place;
  return {
    place,
    async stop() {
      child.stdin.end();
      await ended;
      await rm(place.directory, { recursive: true, force: true });
    },
  };
}
