import assert from "node:assert/strict";
import { test } from "node:test";
import { isPublicAddress } from "./addresses.ts";
import { readTarget } from "./target.ts";

const refused = [
  "0.0.0.0",
  "10.0.0.1",
  "100.64.0.1",
  "100.100.100.200",
  "127.0.0.1",
  "127.255.255.254",
  "168.63.129.16",
  "169.254.169.254",
  "172.16.0.1",
  "172.31.255.255",
  "192.0.0.192",
  "192.0.2.1",
  "192.168.0.1",
  "198.18.0.1",
  "198.51.100.7",
  "203.0.113.7",
  "224.0.0.1",
  "239.255.255.250",
  "255.255.255.255",
  "::",
  "::1",
  "::ffff:127.0.0.1",
  "::ffff:7f00:1",
  "::ffff:8.8.8.8",
  "::127.0.0.1",
  "64:ff9b::7f00:1",
  "64:ff9b:1::1",
  "100::1",
  "2001::1",
  "2001:db8::1",
  "2002:7f00:1::1",
  "3fff::1",
  "fc00::1",
  "fd00:ec2::254",
  "fe80::1",
  "fe80::1%eth0",
  "ff02::1",
  "localhost",
  "",
];
const accepted = [
  "1.1.1.1",
  "8.8.8.8",
  "100.63.255.255",
  "100.128.0.1",
  "172.32.0.1",
  "223.5.5.5",
  "2400:3200::1",
];

for (const address of refused)
  test(`no webhook reaches ${address === "" ? "an empty address" : address}`, () => {
    assert.equal(isPublicAddress(address), false);
  });

for (const address of accepted)
  test(`a webhook may reach ${address}`, () => assert.equal(isPublicAddress(address), true));

const targets: ReadonlyArray<readonly [string, string]> = [
  ["https://shop.example/hook", "shop.example"],
  ["https://shop.example:8443/hook", "shop.example"],
  ["https://SHOP.example./hook", "shop.example"],
  ["https://[2400:3200::1]/", "2400:3200::1"],
  ["http://shop.example/hook", "notHttps"],
  ["ftp://shop.example/hook", "notAnAddress"],
  ["file:///etc/passwd", "notAnAddress"],
  ["shop.example/hook", "notAnAddress"],
  ["https://user:pass@shop.example/", "userInAddress"],
  ["https://shop.example:22/", "port"],
  ["https://shop.example:25/", "port"],
  ["https://127.0.0.1/", "privateAddress"],
  ["https://2130706433/", "privateAddress"],
  ["https://0177.0.0.1/", "privateAddress"],
  ["https://0x7f.1/", "privateAddress"],
  ["https://127.1/", "privateAddress"],
  ["https://１２７.0.0.1/", "privateAddress"],
  ["https://0.0.0.0/", "privateAddress"],
  ["https://0/", "privateAddress"],
  ["https://0x0.0/", "privateAddress"],
  ["https://017700000001/", "privateAddress"],
  ["https://2852039166/", "privateAddress"],
  ["https://[::]/", "privateAddress"],
  ["https://[0:0:0:0:0:ffff:7f00:1]/", "privateAddress"],
  ["https://[::ffff:0:127.0.0.1]/", "privateAddress"],
  ["https://[::127.0.0.1]/", "privateAddress"],
  ["https://[64:ff9b::127.0.0.1]/", "privateAddress"],
  ["https://[fd00::1]/", "privateAddress"],
  ["https://[fe80::1]/", "privateAddress"],
  ["https://127。0。0。1/", "privateAddress"],
  ["https://1.1.1.1.1/", "notAnAddress"],
  ["https://shop.example:0/", "port"],
  ["https://[::1]/", "privateAddress"],
  ["https://[::ffff:127.0.0.1]/", "privateAddress"],
  ["https://[::ffff:169.254.169.254]/", "privateAddress"],
  ["https://169.254.169.254/latest/meta-data/", "privateAddress"],
  ["https://localhost/", "privateAddress"],
  ["https://localhost./", "privateAddress"],
  ["https://shop.localhost/", "privateAddress"],
  ["https://metadata.google.internal/", "privateAddress"],
  ["https://printer.local/", "privateAddress"],
  ["https://intranet/", "privateAddress"],
];

for (const [text, expected] of targets)
  test(`${text} is read as ${expected}`, () => {
    const target = readTarget(text, []);
    assert.equal(typeof target === "string" ? target : target.host, expected);
  });

test("a host that the installation vouches for needs neither TLS nor a public address, on its port alone", () => {
  const read = (text: string, hosts: readonly string[]) => {
    const target = readTarget(text, hosts);
    return typeof target === "string" ? target : target.allowed;
  };
  assert.equal(read("http://127.0.0.1:9000/", ["127.0.0.1"]), "yes");
  assert.equal(read("http://127.0.0.1:9000/", ["127.0.0.1:9000"]), "yes");
  assert.equal(read("http://127.0.0.1:9001/", ["127.0.0.1:9000"]), "notHttps");
  assert.equal(read("https://127.0.0.1:9001/", ["127.0.0.1:9000"]), "privateAddress");
  assert.equal(read("http://127.0.0.2:9000/", ["127.0.0.1"]), "notHttps");
});
