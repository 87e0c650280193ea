import { expect, test } from "bun:test";
import { defaultPortBase, devPorts, parseDevOptions } from "./dev-options.ts";
import { defaultDataDir } from "./dev-paths.ts";

test("without arguments the well-known ports are used", () => {
  const { traces, ...others } = parseDevOptions([]);
  expect(traces).toBe(false);
  expect(others).toEqual({
    portBase: defaultPortBase,
    dataDir: defaultDataDir,
    realtimeProcesses: "1",
    help: false,
  });
  expect(devPorts(defaultPortBase)).toEqual({
    web: 4000,
    api: 4001,
    realtime: 4002,
    worker: 4003,
    apiMetrics: 4004,
    postgres: 4010,
    redis: 4011,
    nats: 4012,
    natsMonitor: 4013,
    s3: 4014,
  });
});

test("--port-base moves all ports, in both ways of writing it", () => {
  expect(parseDevOptions(["--port-base", "5000"]).portBase).toBe(5000);
  expect(parseDevOptions(["--port-base=5000"]).portBase).toBe(5000);
  expect(devPorts(5000)).toMatchObject({ web: 5000, s3: 5014 });
});

test.each([
  ["--port-base"],
  ["--port-base=80"],
  ["--port-base=65500"],
  ["--port-base=4e3"],
  ["--port-base="],
])("%s is refused with what would be right", (argument) => {
  expect(() => parseDevOptions([argument])).toThrow(/needs a number from 1024 to 65000/);
});

test("the realtime node has as many processes as are asked for", () => {
  expect(parseDevOptions(["--realtime-processes", "3"]).realtimeProcesses).toBe("3");
  expect(parseDevOptions(["--realtime-processes=auto"]).realtimeProcesses).toBe("auto");
  for (const wrong of ["0", "-1", "many", ""])
    expect(() => parseDevOptions([`--realtime-processes=${wrong}`])).toThrow(/needs a number from 1 to 64/);
});

test("an argument nobody knows is named, not ignored", () => {
  expect(() => parseDevOptions(["--portbase", "5000"])).toThrow('unknown argument "--portbase"');
  expect(parseDevOptions(["--help"]).help).toBe(true);
  expect(parseDevOptions(["--traces", "--port-base=5000"])).toMatchObject({ traces: true, portBase: 5000 });
  expect(parseDevOptions(["--data-dir", "elsewhere"]).dataDir).toBe("elsewhere");
  expect(() => parseDevOptions(["--data-dir"])).toThrow("needs a folder");
});
