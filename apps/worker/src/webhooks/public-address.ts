import { BlockList, isIP } from "node:net";

// IANA's special-purpose registries: everything that is not the open internet.
const special4 = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.0.2.0/24",
  "192.88.99.0/24",
  "192.168.0.0/16",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "224.0.0.0/4",
  "240.0.0.0/4",
];
const special6 = ["2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"];

function blockList(subnets: readonly string[], family: "ipv4" | "ipv6"): BlockList {
  const list = new BlockList();
  for (const subnet of subnets) {
    const [net = "", prefix] = subnet.split("/");
    list.addSubnet(net, Number(prefix), family);
  }
  return list;
}

const blocked4 = blockList(special4, "ipv4");
const blocked6 = blockList(special6, "ipv6");
// Of IPv6, only this is the open internet: no loopback, no link-local, no IPv4 in another dress.
const global6 = blockList(["2000::/3"], "ipv6");

/** Whether an address is on the open internet: what a stranger may make us talk to. */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !blocked4.check(address, "ipv4");
  if (family !== 6 || address.includes("%")) return false;
  return global6.check(address, "ipv6") && !blocked6.check(address, "ipv6");
}
