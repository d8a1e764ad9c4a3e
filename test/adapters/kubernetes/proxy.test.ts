import net, { type AddressInfo, type Socket } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { attempt } from "../../../src/adapters/kubernetes/api.ts";
import { type DoorOptions, doorTo, never } from "./doors.ts";
import { inline, json, serveApi } from "./fake-api.ts";
import { serveProxy } from "./fake-proxy.ts";

const read = async (server: string, options: DoorOptions): Promise<unknown> => {
  const api = doorTo(server, options);
  return attempt(api, "read", () =>
    api.transport.send({ method: "GET", path: "/version", deadlineMs: 4_000 }, never),
  );
};

test("requests go by HTTPS_PROXY, with its password, and keep the kubeconfig's authority", async () => {
  const [api, proxy] = [await serveApi(json({})), await serveProxy()];
  const address = proxy.url.replace("//", "//ann:pass@");
  await read(api.url, { env: { HTTPS_PROXY: address, HTTP_PROXY: "http://127.0.0.1:1" } });
  expect(proxy.asked).toEqual([
    { target: new URL(api.url).host, authorization: `Basic ${Buffer.from("ann:pass").toString("base64")}` },
  ]);
});

test.each([
  ["the host", "example.com,127.0.0.1", 0],
  ["its range", "10.0.0.0/8, fd00::/8,127.0.0.0/8", 0],
  ["everything", "*", 0],
  ["others", "example.com,10.0.0.0/8,127.0.0.0/99", 1],
])("requests leave out the proxy where NO_PROXY names %s", async (_, exceptions, tunnels) => {
  const [api, proxy] = [await serveApi(json({})), await serveProxy()];
  await read(api.url, { env: { https_proxy: proxy.url, no_proxy: exceptions } });
  expect(proxy.asked).toHaveLength(tunnels);
});

test("requests go by proxy-url, whatever the environment says", async () => {
  const [api, proxy] = [await serveApi(json({})), await serveProxy()];
  const env = { HTTPS_PROXY: "http://127.0.0.1:1", NO_PROXY: "127.0.0.1" };
  await read(api.url, { cluster: { "proxy-url": proxy.url }, env });
  expect(proxy.asked).toHaveLength(1);
});

test.each([502, 503, 504])("a read is repeated when the proxy answers %i to its tunnel", async (code) => {
  const [api, proxy] = [await serveApi(json({})), await serveProxy(code, code, 200)];
  const lines: string[] = [];
  const debug = (line: string) => void lines.push(line);
  await expect(read(api.url, { env: { HTTPS_PROXY: proxy.url }, debug })).resolves.toMatchObject({
    code: 200,
  });
  expect(proxy.asked).toHaveLength(3);
  expect(lines[0]).toMatch(`GET /version PROXY_${code}, next try in `);
});

test("so is a write, which never reached the server", async () => {
  const [api, proxy] = [await serveApi(json({})), await serveProxy(503, 200)];
  const { transport } = doorTo(api.url, { env: { HTTPS_PROXY: proxy.url } });
  await transport.send({ method: "PATCH", path: "/web", body: "[]" }, never);
  expect(api.got).toHaveLength(1);
});

test.each([403, 407])("nothing is repeated when the proxy answers %i to its tunnel", async (code) => {
  const [api, proxy] = [await serveApi(json({})), await serveProxy(code)];
  await expect(read(api.url, { env: { HTTPS_PROXY: proxy.url } })).rejects.toThrow(`(PROXY_${code})`);
  expect(proxy.asked).toHaveLength(1);
});

test.each([
  [
    "refuses",
    async () => (await serveProxy(407)).url,
    /through the proxy 127\.0\.0\.1:\d+: the proxy refused the tunnel with 407 \(PROXY_407\)$/,
  ],
  [
    "is down",
    async () => (await serveProxy(503)).url,
    /through the proxy 127\.0\.0\.1:\d+: the proxy refused the tunnel with 503 \(PROXY_503\)$/,
  ],
  [
    "is not there",
    async () => "http://127.0.0.1:1",
    /through the proxy 127\.0\.0\.1:1: nothing answers at this port/,
  ],
])("a proxy that %s is named, without its password", async (_, proxy, message) => {
  const api = await serveApi(json({}));
  const address = (await proxy()).replace("//", "//ann:pass@");
  const failure = await read(api.url, { env: { HTTPS_PROXY: address } }).catch(
    (error: unknown) => error as Error,
  );
  expect(failure).toMatchObject({ reason: "ClusterUnreachable", message: expect.stringMatching(message) });
  expect((failure as Error).message).not.toContain("pass");
});

test("a proxy address that is none is InvalidInput", async () => {
  await expect(read("https://127.0.0.1:1", { env: { HTTPS_PROXY: "ftp//what" } })).rejects.toMatchObject({
    reason: "InvalidInput",
  });
});

/** A SOCKS5 proxy without a password. Source: RFC 1928. */
async function serveSocks(): Promise<{ url: string; targets: string[] }> {
  const targets: string[] = [];
  const sockets = new Set<Socket>();
  const server = net.createServer((client) => {
    sockets.add(client.on("error", () => undefined));
    client.once("data", () => {
      client.write(Buffer.from([5, 0]));
      client.once("data", (asked) => {
        const [host, port] = [asked.subarray(4, 8).join("."), asked.readUInt16BE(8)];
        targets.push(`${host}:${port}`);
        const upstream = net.connect(port, host, () => {
          client.write(Buffer.from([5, 0, 0, 1, 0, 0, 0, 0, 0, 0]));
          upstream.pipe(client).pipe(upstream);
        });
        sockets.add(upstream.on("error", () => undefined));
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { url: `socks5://127.0.0.1:${(server.address() as AddressInfo).port}`, targets };
}

test("requests go by a SOCKS5 proxy-url, and keep the kubeconfig's authority", async () => {
  const [api, proxy] = [await serveApi(json({})), await serveSocks()];
  await read(api.url, { cluster: { "proxy-url": proxy.url } });
  expect(proxy.targets).toEqual([new URL(api.url).host]);
  const stranger = { "proxy-url": proxy.url, "certificate-authority-data": inline("stranger.crt") };
  await expect(read(api.url, { cluster: stranger })).rejects.toMatchObject({ reason: "ClusterUnreachable" });
});

test("a proxy-url that is none is InvalidInput", async () => {
  await expect(read("https://127.0.0.1:1", { cluster: { "proxy-url": "ftp//what" } })).rejects.toMatchObject({
    reason: "InvalidInput",
  });
});
