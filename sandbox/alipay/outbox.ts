// The outbox of every world, under the name by which the simulation knows it.
export * from "../world/outbox.ts";
