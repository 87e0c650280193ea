import { expect, test } from "bun:test";
import { isPublicAddress } from "./public-address.ts";

test("addresses of the open internet are public", () => {
  const addresses = [
    "1.1.1.1",
    "8.8.8.8",
    "93.184.215.14",
    "172.32.0.1",
    "2606:4700:4700::1111",
    "2a00:1450:4001::64",
  ];
  expect(addresses.filter((address) => !isPublicAddress(address))).toEqual([]);
});

test("nothing of the inside is, whatever its dress", () => {
  const addresses = [
    "127.0.0.1",
    "127.255.0.9",
    "0.0.0.0",
    "10.1.2.3",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "198.18.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:7f00:1",
    "64:ff9b::7f00:1",
    "fe80::1",
    "fe80::1%eth0",
    "fc00::1",
    "fd00:ec2::254",
    "ff02::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "2001:0:4136::1",
    "localhost",
    "127.1",
    "2130706433",
    "",
  ];
  expect(addresses.filter(isPublicAddress)).toEqual([]);
});
