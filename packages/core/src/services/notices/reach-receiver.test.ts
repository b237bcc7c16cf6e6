import { describe, expect, it } from "vitest";
import { hostMatches, isPrivateAddress, reachReceiver } from "./reach-receiver.ts";

describe("addresses of the inside", () => {
  it.each([
    ...[
      "127.0.0.1",
      "127.255.0.9",
      "0.0.0.0",
      "10.1.2.3",
      "172.31.0.1",
      "192.168.9.9",
      "169.254.169.254",
      "100.64.0.1",
    ],
    ...["224.0.0.1", "255.255.255.255", "198.18.0.1"],
    ...["::1", "::", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::7f00:1", "64:ff9b::7f00:1", "2002:7f00:1::", "fd00::1"],
    ...["fe80::1", "fe80::1%eth0", "ff02::1", "2001::1", "not an address"],
  ])("are told in whatever form: %s", (address) => {
    expect(isPrivateAddress(address)).toBe(true);
  });

  it.each(["8.8.8.8", "172.32.0.1", "100.128.0.1", "2606:4700::1111"])(
    "are not those of the outside: %s",
    (address) => {
      expect(isPrivateAddress(address)).toBe(false);
    },
  );
});

describe("hosts of a list", () => {
  it("are matched whole, below a star, or all of them", () => {
    expect(hostMatches("Hooks.Slack.com.", ["hooks.slack.com"])).toBe(true);
    expect(hostMatches("a.example.com", ["*.example.com"])).toBe(true);
    expect(hostMatches("example.com", ["*.example.com"])).toBe(false);
    expect(hostMatches("evil-example.com", ["*.example.com", "example.com"])).toBe(false);
    expect(hostMatches("[::1]", ["::1"])).toBe(true);
    expect(hostMatches("anything", ["*"])).toBe(true);
    expect(hostMatches("anything", [])).toBe(false);
  });
});

describe("a receiver", () => {
  const policy = { allowedHosts: ["hook.example.com"], privateHosts: ["inside.example.com"] };
  const at =
    (...addresses: string[]) =>
    async () =>
      addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));

  it("is reached at the address that was looked at", async () => {
    expect(await reachReceiver("hook.example.com", false, policy, at("8.8.8.8", "8.8.4.4"))).toEqual({
      address: "8.8.8.8",
      family: 4,
    });
    expect(await reachReceiver("inside.example.com", true, policy, at("fd00::1"))).toEqual({
      address: "fd00::1",
      family: 6,
    });
  });

  it("is refused where one of its addresses is of the inside, whatever stands before it", async () => {
    await expect(reachReceiver("hook.example.com", false, policy, at("8.8.8.8", "127.0.0.1"))).rejects.toThrow(
      /private/,
    );
    await expect(reachReceiver("other.example.com", true, policy, at("169.254.169.254"))).rejects.toThrow(/private/);
  });

  it("is refused where nobody allowed its host, without asking for its address", async () => {
    const never = () => Promise.reject(new TypeError("asked"));
    await expect(reachReceiver("other.example.com", false, policy, never)).rejects.toThrow(/allowed_hosts/);
  });
});
