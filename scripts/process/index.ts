export { orAborted } from "./or-aborted.ts";
export { type ProcessInfo, processInfo } from "./process-info.ts";
export { type CommandResult, runCommand, runOrThrow } from "./run-command.ts";
export { type Child, type ChildExit, type ChildOptions, spawnChild } from "./spawn-child.ts";
