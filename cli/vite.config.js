// Compiles the huiyin command, with the platform and the sandbox.
import { compiling } from "../tools/compiling.js";

export default compiling("cli", "run.ts");
