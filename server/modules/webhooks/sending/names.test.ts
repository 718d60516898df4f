import assert from "node:assert/strict";
import { pbkdf2 } from "node:crypto";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { test } from "node:test";
import { promisify } from "node:util";
import { publicAddressesOf } from "./names.ts";

type Answers = Readonly<{ A: readonly string[]; AAAA: readonly string[] }> | "silent";

/** A name server on this machine: the same for every name. Every record is 4 or 16 bytes, in hex. */
async function nameServer(answers: Answers) {
  const socket = createSocket("udp4");
  socket.on("message", (query, from) => {
    if (answers === "silent") return;
    // The header of 12 bytes, the name as labels up to a zero, type and class.
    const end = query.indexOf(0, 12) + 5;
    const records = query.readUInt16BE(end - 4) === 28 ? answers.AAAA : answers.A;
    const header = Buffer.from(query.subarray(0, 12));
    header.writeUInt16BE(0x8180, 2);
    header.writeUInt16BE(records.length, 6);
    header.writeUInt32BE(0, 8);
    const written = records.map((hex) => {
      const head = Buffer.from("c00c" + query.toString("hex", end - 4, end) + "0000003c", "hex");
      const bytes = Buffer.from(hex, "hex");
      return Buffer.concat([head, Buffer.from([0, bytes.length]), bytes]);
    });
    socket.send(Buffer.concat([header, query.subarray(12, end), ...written]), from.port, from.address);
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  return {
    address: `127.0.0.1:${socket.address().port}`,
    [Symbol.dispose]: () => void socket.close(),
  };
}

test("a name has all its addresses, those of IPv4 first", async () => {
  using server = await nameServer({ A: ["0a000001", "01020304"], AAAA: [`20010db8${"0".repeat(23)}1`] });
  assert.deepEqual(await publicAddressesOf("shop.example", [server.address]), [
    { address: "10.0.0.1", family: 4 },
    { address: "1.2.3.4", family: 4 },
    { address: "2001:db8::1", family: 6 },
  ]);
});

test("a name without addresses has none, and that is no error", async () => {
  using server = await nameServer({ A: [], AAAA: [] });
  assert.deepEqual(await publicAddressesOf("no.example", [server.address]), []);
});

test("names whose servers keep silent hold up nobody else’s work, and have no addresses in the end", async () => {
  const looking = await (async () => {
    using server = await nameServer("silent");
    let ended = 0;
    const names = Array.from({ length: 32 }, (_, index) => `silent${index}.example`);
    const started = names.map((name) =>
      publicAddressesOf(name, [server.address]).finally(() => {
        ended += 1;
      }),
    );
    // Goes over the threads that look-ups of the system would hold.
    await promisify(pbkdf2)("a", "b", 1, 16, "sha256");
    assert.equal(ended, 0);
    return { started };
  })();
  assert.ok((await Promise.all(looking.started)).every((found) => found.length === 0));
});
