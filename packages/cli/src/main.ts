#!/usr/bin/env node
import { enableCompileCache } from "node:module";
import { fileURLToPath } from "node:url";

// Before anything else is loaded: later starts find the compiled code beside this file. Not in the machine's temporary folder, where somebody
// else could put code under our name; where the folder cannot be written, nothing is cached.
enableCompileCache(fileURLToPath(new URL("./.cache/", import.meta.url)));

await import("./run-command.ts");
