// Loaded before the platform: its machine’s clock, which somebody sets. The file that HUIYIN_FAULTS_CLOCK names holds by how
// many milliseconds it is wrong, and is read again at SIGUSR2. Everything that reads the time of day sees it; what measures
// durations does not, as with a real clock that is set. Plain JavaScript: Node’s compiler of TypeScript would be read for it
// at every start.
import { readFileSync } from "node:fs";

const file = process.env["HUIYIN_FAULTS_CLOCK"] ?? "";
const RealDate = Date;
const realNow = Date.now.bind(Date);
let aheadMs = 0;

const read = () => {
  aheadMs = Number(readFileSync(file, "utf8"));
};
const now = () => realNow() + aheadMs;

if (file !== "") {
  read();
  process.on("SIGUSR2", read);
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, words, self) =>
      words.length === 0 ? new RealDate(now()) : Reflect.construct(target, words, self),
    apply: () => new RealDate(now()).toString(),
    get: (target, name) => (name === "now" ? now : Reflect.get(target, name)),
  });
}
