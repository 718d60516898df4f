#!/usr/bin/env node
// The huiyin command by its other name, which costs 18 MB more: Node reads it with its compiler of TypeScript.
import "./huiyin.mjs";
