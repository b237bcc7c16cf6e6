import { connect, createServer, type Server, type Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { TcpProxy } from "./tcp-proxy.ts";

let echo: Server;
let proxy: TcpProxy;
let port: number;
const clients: Socket[] = [];

beforeEach(async () => {
  echo = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.on("data", (chunk: Buffer) => echo.emit("said", chunk.toString()));
    socket.pipe(socket);
  });
  port = await new Promise<number>((resolve) => {
    echo.listen(0, "127.0.0.1", () => {
      const address = echo.address();
      resolve(typeof address === "object" && address !== null ? address.port : 0);
    });
  });
  // The first target does not answer: it is passed over.
  proxy = await TcpProxy.open(() => [
    { host: "127.0.0.1", port: 1 },
    { host: "127.0.0.1", port },
  ]);
});

afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  await proxy.close();
  await new Promise((resolve) => echo.close(resolve));
});

function client(): Socket {
  const socket = connect(proxy.port, "127.0.0.1");
  clients.push(socket);
  socket.on("error", () => undefined);
  return socket;
}

function heard(socket: Socket): Promise<string> {
  return new Promise((resolve) => socket.once("data", (chunk: Buffer) => resolve(chunk.toString())));
}

function closed(socket: Socket): Promise<string> {
  return new Promise((resolve) => socket.once("close", () => resolve("closed")));
}

describe("a proxy between two processes", () => {
  it("lets everything pass, to a target that answers", async () => {
    const socket = client();
    socket.write("hello");
    expect(await heard(socket)).toBe("hello");
    expect(proxy.connections).toBe(1);
  });

  it("cuts what is connected and takes new connections", async () => {
    const socket = client();
    socket.write("hello");
    await heard(socket);
    const end = closed(socket);
    proxy.cut();
    expect(await end).toBe("closed");
    const next = client();
    next.write("again");
    expect(await heard(next)).toBe("again");
  });

  it("holds up what is sent and hands it on afterwards, also for who came meanwhile", async () => {
    const socket = client();
    socket.write("hello");
    await heard(socket);
    proxy.stall(60_000);
    const late = client();
    const answers = [heard(socket), heard(late)];
    let arrived = false;
    void Promise.race(answers).then(() => (arrived = true));
    socket.write("one");
    late.write("two");
    // Another way to the same server is open all the while.
    const direct = connect(port, "127.0.0.1");
    clients.push(direct);
    direct.write("direct");
    await heard(direct);
    expect(arrived).toBe(false);
    proxy.heal();
    expect(await Promise.all(answers)).toEqual(["one", "two"]);
  });

  it("leaves the near side open without an answer, and ends it when it heals", async () => {
    const socket = client();
    socket.write("hello");
    await heard(socket);
    proxy.halfOpen(60_000);
    let answered = false;
    socket.on("data", () => (answered = true));
    socket.write("nobody hears this");
    const direct = connect(port, "127.0.0.1");
    clients.push(direct);
    direct.write("direct");
    await heard(direct);
    expect([socket.destroyed, answered]).toEqual([false, false]);
    const end = closed(socket);
    proxy.heal();
    expect(await end).toBe("closed");
    expect(answered).toBe(false);
  });

  it("loses what goes one way and keeps the other, and ends afterwards what has lost something", async () => {
    const socket = client();
    socket.write("hello");
    await heard(socket);
    proxy.lose(60_000, "back");
    let answered = false;
    socket.on("data", () => (answered = true));
    // The far side has it: it says it again to everybody who is connected to it.
    const arrived = new Promise<string>((resolve) => {
      echo.once("said", resolve);
    });
    socket.write("one way");
    expect(await arrived).toBe("one way");
    await expect.poll(() => proxy.hasLost).toBe(true);
    const end = closed(socket);
    proxy.heal();
    expect(await end).toBe("closed");
    expect(answered).toBe(false);
  });

  it("keeps a connection that has lost nothing meanwhile", async () => {
    const socket = client();
    socket.write("hello");
    await heard(socket);
    proxy.lose(60_000, "there");
    proxy.heal();
    socket.write("still here");
    expect(await heard(socket)).toBe("still here");
  });

  it("lets a byte at a time pass, and the rest afterwards", async () => {
    const socket = client();
    socket.write("hello");
    await heard(socket);
    proxy.trickle(60_000);
    const seen: string[] = [];
    const first = heard(socket);
    socket.on("data", (chunk: Buffer) => seen.push(chunk.toString()));
    socket.write("slow");
    expect(await first).toBe("s");
    proxy.heal();
    await expect.poll(() => seen.join("")).toBe("slow");
  });

  it("cuts a connection in the middle of what its far side says", async () => {
    const socket = client();
    socket.write("hello");
    await heard(socket);
    proxy.cutInMidFrame();
    let said = "";
    socket.on("data", (chunk: Buffer) => (said += chunk.toString()));
    const end = closed(socket);
    socket.write("half of it");
    expect(await end).toBe("closed");
    expect("half of it".startsWith(said)).toBe(true);
    expect(said.length).toBeLessThan("half of it".length);
  });
});
