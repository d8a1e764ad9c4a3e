import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { connect, createServer, type Socket } from "node:net";

/** A TCP gateway in front of an API server, which can stop passing anything on, and begin again. */
export interface Gateway extends AsyncDisposable {
  /** A kubeconfig that goes through the gateway. */
  readonly kubeconfig: string;
  /** From now on nothing gets through; connections stay open, or open, and stay silent. */
  stall(): void;
  /** Everything gets through again, also what was held back. */
  resume(): void;
}

/** Opens a gateway to the server of a kubeconfig of the local control plane. */
export async function openGateway(kubeconfig: string): Promise<Gateway> {
  const config = JSON.parse(await readFile(kubeconfig, "utf8"));
  const { hostname, port } = new URL(config.clusters[0].cluster.server);
  const sockets = new Set<Socket>();
  let stalled = false;
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket)).on("error", () => socket.destroy());
    if (stalled) socket.pause();
  };
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname);
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      from.on("data", (chunk) => to.write(chunk)).on("end", () => to.end());
      keep(from);
    }
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the gateway has no port");
  config.clusters[0].cluster.server = `https://127.0.0.1:${address.port}`;
  const path = `${kubeconfig}.gateway`;
  await writeFile(path, JSON.stringify(config), { mode: 0o600 });
  return {
    kubeconfig: path,
    stall() {
      stalled = true;
      for (const socket of sockets) socket.pause();
    },
    resume() {
      stalled = false;
      for (const socket of sockets) socket.resume();
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
