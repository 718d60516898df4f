// Loaded before a test file that keeps no time: it, and whatever it starts, takes only what others leave of the processors.
import { constants, setPriority } from "node:os";

setPriority(constants.priority.PRIORITY_LOW);
