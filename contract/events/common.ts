// What the MQTT payloads of terminals share. Every payload says its version and its kind; unknown fields are refused.
import { Type } from "typebox";

/** A new version is a new schema beside the old one; terminals in the field are never broken by a field. */
export const EventVersion = Type.Literal(1);

export const eventVersion = 1;
