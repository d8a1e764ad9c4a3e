import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Front } from "../faults/front.ts";

/** A request for a tunnel, and what became of it. */
export interface Tunnel {
  /** `HOST:PORT` */
  readonly target: string;
  readonly status: number;
}

/** What a proxy is like. */
export interface TunnelProxyOptions {
  /** Where tunnels lead; every other target is refused. */
  readonly targets: ReadonlyMap<string, Front>;
  /** Demands it of the user `runner`. */
  readonly password: string | undefined;
}

/** A CONNECT proxy on loopback, which leads to the fronts and nowhere else. */
export class TunnelProxy implements AsyncDisposable {
  /** Every tunnel that was asked for. */
  readonly tunnels: Tunnel[] = [];
  /** Status with which every tunnel is refused from now on: 502 for a host that it cannot reach, 403, 503. */
  refuses: number | undefined;
  readonly #options: TunnelProxyOptions;
  readonly #brought = new WeakSet<Socket>();
  readonly #clients = new Set<Socket>();
  readonly #server = createServer((_, response) => response.writeHead(405).end());

  constructor(options: TunnelProxyOptions) {
    this.#options = options;
    this.#server.on("connect", (request, socket, head) => this.#connect(request, socket as Socket, head));
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
  }

  /** With user and password, as `HTTPS_PROXY` has it. */
  get url(): string {
    const { password } = this.#options;
    const user = password === undefined ? "" : `runner:${encodeURIComponent(password)}@`;
    return `http://${user}127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Tunnels to targets that contain a text, which it let through. */
  count(target = ""): number {
    return this.tunnels.filter((tunnel) => tunnel.status === 200 && tunnel.target.includes(target)).length;
  }

  /** Whether a connection came through this proxy. */
  brought(socket: Socket): boolean {
    return this.#brought.has(socket);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#clients) socket.destroy();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #connect(request: IncomingMessage, socket: Socket, head: Buffer): void {
    this.#clients.add(socket);
    socket.once("close", () => this.#clients.delete(socket)).on("error", () => socket.destroy());
    const target = request.url ?? "";
    const front = this.#options.targets.get(target);
    const status = this.#statusFor(request, front);
    this.tunnels.push({ target, status });
    if (status !== 200 || !front) {
      const challenge = status === 407 ? 'Proxy-Authenticate: Basic realm="runner"\r\n' : "";
      socket.end(`HTTP/1.1 ${status} No\r\n${challenge}Content-Length: 0\r\n\r\n`);
      return;
    }
    socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
    if (head.length > 0) socket.unshift(head);
    this.#brought.add(socket);
    front.entrance.take(socket);
  }

  #statusFor(request: IncomingMessage, front: Front | undefined): number {
    const { password } = this.#options;
    const wanted = `Basic ${Buffer.from(`runner:${password}`).toString("base64")}`;
    if (password !== undefined && request.headers["proxy-authorization"] !== wanted) return 407;
    return this.refuses ?? (front ? 200 : 403);
  }
}
