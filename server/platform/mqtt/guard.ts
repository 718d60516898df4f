// A stream that ends a connection at the first MQTT packet larger than allowed, before anything buffers it.
// The parser of the broker itself would collect up to 256 MB for one packet.
import { Duplex } from "node:stream";

export class PacketTooLargeError extends Error {
  override readonly name = "PacketTooLargeError";
}

/** Counts packets by their fixed header (MQTT 3.1.1 section 2.2): type byte, then 1 … 4 length bytes. */
class PacketMeter {
  readonly #packetBytesMax: number;
  #state: "type" | "length" | "body" = "type";
  #bodyBytes = 0;
  #lengthBytes = 0;

  constructor(packetBytesMax: number) {
    this.#packetBytesMax = packetBytesMax;
  }

  /** Throws PacketTooLargeError where a packet announces more bytes than allowed. */
  feed(chunk: Buffer): void {
    let index = 0;
    while (index < chunk.length) {
      if (this.#state === "body") {
        const taken = Math.min(this.#bodyBytes, chunk.length - index);
        this.#bodyBytes -= taken;
        index += taken;
        if (this.#bodyBytes === 0) this.#state = "type";
        continue;
      }
      const byte = chunk[index] ?? 0;
      index += 1;
      if (this.#state === "type") {
        this.#state = "length";
        this.#bodyBytes = 0;
        this.#lengthBytes = 0;
      } else {
        this.#feedLength(byte);
      }
    }
  }

  #feedLength(byte: number): void {
    this.#bodyBytes += (byte & 0x7f) * 128 ** this.#lengthBytes;
    this.#lengthBytes += 1;
    if (this.#bodyBytes + this.#lengthBytes + 1 > this.#packetBytesMax || this.#lengthBytes > 4) {
      throw new PacketTooLargeError(
        `packet of ${this.#bodyBytes} bytes or more, at most ${this.#packetBytesMax}`,
      );
    }
    if ((byte & 0x80) === 0) this.#state = this.#bodyBytes === 0 ? "type" : "body";
  }
}

/** Wraps a connection: the same bytes, but an error where a packet from the other side is too large. */
export class GuardedStream extends Duplex {
  readonly #raw: Duplex;

  constructor(raw: Duplex, packetBytesMax: number) {
    super({ allowHalfOpen: false });
    this.#raw = raw;
    const meter = new PacketMeter(packetBytesMax);
    raw.on("data", (chunk: Buffer) => {
      try {
        meter.feed(chunk);
      } catch (error) {
        this.destroy(error as Error);
        return;
      }
      if (!this.push(chunk)) raw.pause();
    });
    raw.on("end", () => this.push(null));
    raw.on("error", (error) => this.destroy(error));
    raw.on("close", () => this.destroy());
  }

  override _read(): void {
    this.#raw.resume();
  }

  override _write(chunk: Buffer, encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#raw.write(chunk, encoding, done);
  }

  override _final(done: () => void): void {
    this.#raw.end(done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#raw.destroy();
    done(error);
  }
}
