export { type AppName, type AppVariables, appEnv, appNames } from "./app-env.ts";
export { glibcTunables } from "./glibc-tunables.ts";
export { type AppOptions, type RunningApp, startApp } from "./start-app.ts";
