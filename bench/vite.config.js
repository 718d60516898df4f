// Compiles the server that is measured, as the command of a user is compiled.
import { compiling } from "../tools/compiling.js";

export default compiling("bench", "server.ts");
