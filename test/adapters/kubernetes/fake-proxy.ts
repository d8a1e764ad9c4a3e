import http from "node:http";
import net, { type AddressInfo, type Socket } from "node:net";
import { onTestFinished } from "vitest";

/**
 * A proxy on loopback. Each code answers one tunnel, the last one all that follow; those other than 200 refuse it.
 */
export async function serveProxy(
  ...codes: readonly number[]
): Promise<{ url: string; asked: { target: string; authorization: string | undefined }[] }> {
  const asked: { target: string; authorization: string | undefined }[] = [];
  const sockets = new Set<Socket>();
  const server = http.createServer();
  server.on("connect", (request, client: Socket) => {
    asked.push({ target: request.url ?? "", authorization: request.headers["proxy-authorization"] });
    const code = codes[Math.min(asked.length, codes.length) - 1] ?? 200;
    if (code !== 200) return client.end(`HTTP/1.1 ${code} No\r\n\r\n`);
    const { hostname, port } = new URL(`http://${request.url}`);
    const upstream = net.connect(Number(port), hostname, () => {
      client.write("HTTP/1.1 200 OK\r\n\r\n");
      upstream.pipe(client).pipe(upstream);
    });
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", () => undefined);
    }
    return;
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}
