import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { createSecureContext, type SecureContext, TLSSocket } from "node:tls";
import type { Certificate } from "./certificates.ts";
import type { Line } from "./fault.ts";

/** Where connections come in, and how. */
export interface EntranceOptions {
  /** `undefined`: no TLS. */
  readonly certificate: Certificate | undefined;
  /** Shown as the wrong certificate. */
  readonly stranger: Certificate;
  /** The loopback address to listen on. Default `127.0.0.1`. */
  readonly host?: string;
  /** Which connections get through, asked for each one while the line is open; to others it is silent. */
  readonly admits?: (socket: Socket) => boolean;
}

/** A port on loopback, and what becomes of the connections to it. */
export class Entrance {
  readonly #options: EntranceOptions;
  readonly #welcome: (socket: Socket) => void;
  readonly #certificates: { readonly right: SecureContext | undefined; readonly wrong: SecureContext };
  readonly #sockets = new Set<Socket>();
  /** Accepted, and not answered. */
  readonly #held = new Set<Socket>();
  readonly #rawOf = new WeakMap<Socket, Socket>();
  #listener: Server | undefined;
  #port = 0;
  #line: Line = "open";
  #gate = Promise.withResolvers<void>();

  /** @param welcome takes each connection on which requests can come */
  constructor(options: EntranceOptions, welcome: (socket: Socket) => void) {
    this.#options = options;
    this.#welcome = welcome;
    this.#certificates = {
      right: options.certificate && createSecureContext(options.certificate),
      wrong: createSecureContext(options.stranger),
    };
    this.#gate.resolve();
  }

  /** `127.0.0.1:PORT` */
  get address(): string {
    return `${this.#options.host ?? "127.0.0.1"}:${this.#port}`;
  }

  get line(): Line {
    return this.#line;
  }

  /** Resolves when the line is not silent. */
  get audible(): Promise<void> {
    return this.#gate.promise;
  }

  /** Listens on the port that it had, at first on any free one. */
  async listen(): Promise<void> {
    const listener = createServer((socket) => this.take(socket));
    listener.listen(this.#port, this.#options.host ?? "127.0.0.1");
    await once(listener, "listening");
    this.#listener = listener;
    this.#port = (listener.address() as AddressInfo).port;
  }

  /** Switches the line, also for the connections that are there. */
  async setLine(line: Line): Promise<void> {
    if (line === "silent" && this.#line !== "silent") this.#gate = Promise.withResolvers();
    this.#line = line;
    if (line !== "silent" && line !== "open") await this.#endAll();
    if (line === "refused") await this.#unlisten();
    else if (!this.#listener) await this.listen();
    if (line === "silent") return;
    this.#gate.resolve();
    for (const socket of this.#held) this.#lead(socket);
  }

  /** Takes a connection that was accepted here, or elsewhere (by a proxy). */
  take(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.once("close", () => {
      this.#sockets.delete(socket);
      this.#held.delete(socket);
    });
    this.#lead(socket);
  }

  /** Resets a connection: its peer sees ECONNRESET, not an end. */
  reset(socket: Socket): void {
    (this.#rawOf.get(socket) ?? socket).resetAndDestroy();
  }

  async close(): Promise<void> {
    await this.#endAll();
    this.#gate.resolve();
    await this.#unlisten();
  }

  #lead(socket: Socket): void {
    this.#held.delete(socket);
    const isOpen = this.#line === "open";
    if (isOpen && this.#options.admits?.(socket) === false) this.#held.add(socket);
    else if (isOpen) this.#open(socket, this.#certificates.right);
    else if (this.#line === "silent") this.#held.add(socket);
    else if (this.#line === "wrong-certificate") this.#open(socket, this.#certificates.wrong);
    else if (this.#line === "garbage") socket.end("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n");
    else socket.resetAndDestroy();
  }

  #open(socket: Socket, secureContext: SecureContext | undefined): void {
    if (!secureContext) {
      this.#welcome(socket);
      return;
    }
    const secure = new TLSSocket(socket, { isServer: true, secureContext, ALPNProtocols: ["http/1.1"] });
    this.#rawOf.set(secure, socket);
    this.#welcome(secure);
  }

  /** What waits on a connection that ends goes no further. */
  async #endAll(): Promise<void> {
    const sockets = [...this.#sockets];
    await Promise.all(sockets.map((socket) => once(socket.destroy(), "close")));
  }

  async #unlisten(): Promise<void> {
    const listener = this.#listener;
    this.#listener = undefined;
    if (!listener) return;
    listener.close();
    await once(listener, "close");
  }
}
