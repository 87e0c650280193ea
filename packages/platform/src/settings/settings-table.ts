import type { z } from "zod";
import { anyNumber, featureSwitch, type LiveSetting, wholeNumber, wordList } from "./setting.ts";

/**
 * Every setting that may change while everything runs, by its key in the bucket. A key never changes its meaning: an
 * older process that knows it must read it alike. What a process needs before it can read this (addresses, secrets,
 * sizes of memory) stays in its environment.
 */
export const settingsTable = {
  "limiter.desktopPerSecond": wholeNumber({
    default: 40,
    min: 1,
    max: 1_000,
    unit: "danmaku per second",
    env: "BUDGET_DESKTOP",
    description: "What a crowded room shows on a desktop, unless the room has limits of its own",
  }),
  "limiter.smallPerSecond": wholeNumber({
    default: 15,
    min: 1,
    max: 1_000,
    unit: "danmaku per second",
    env: "BUDGET_SMALL",
    description: "What a crowded room shows on a small screen, unless the room has limits of its own",
  }),
  "limiter.sameTextPerSecond": wholeNumber({
    default: 20,
    min: 1,
    max: 1_000,
    unit: "times per second",
    description: "How often one text is shown in a room, however much place there is",
  }),
  "realtime.tickMsMax": wholeNumber({
    default: 25,
    min: 0,
    max: 1_000,
    unit: "milliseconds",
    env: "TICK_MS_MAX",
    description: "The longest that an event waits for others when a node is busy; 0: never",
  }),
  "realtime.connectionsMax": wholeNumber({
    default: 50_000,
    min: 1,
    max: 1_000_000,
    unit: "connections",
    env: "CONNECTIONS_MAX",
    description: "Connections to one realtime process; those that are open stay",
  }),
  "realtime.connectionsPerAddressMax": wholeNumber({
    default: 10_000,
    min: 1,
    max: 1_000_000,
    unit: "connections",
    env: "CONNECTIONS_PER_ADDRESS_MAX",
    description: "Connections of one address to one realtime process",
  }),
  "realtime.connectionsPerUserMax": wholeNumber({
    default: 50,
    min: 1,
    max: 10_000,
    unit: "connections",
    env: "CONNECTIONS_PER_USER_MAX",
    description: "Connections of one user to one realtime process",
  }),
  "realtime.acceptsPerSecond": wholeNumber({
    default: 2_000,
    min: 1,
    max: 100_000,
    unit: "connections per second",
    env: "ACCEPTS_PER_SECOND",
    description: "New connections to one realtime process; more wait for their turn",
  }),
  "realtime.smallRoomViewers": wholeNumber({
    default: 100,
    min: 0,
    max: 1_000_000,
    unit: "viewers",
    description:
      "A room with fewer viewers stays on one realtime process, even if that has more than its share",
  }),
  "messages.perSecond": anyNumber({
    default: 1,
    min: 0.01,
    max: 100,
    unit: "messages per second",
    description: "Messages of one viewer, after the burst",
  }),
  "messages.moderatorPerSecond": anyNumber({
    default: 3,
    min: 0.01,
    max: 100,
    unit: "messages per second",
    description: "Messages of one host or moderator, after the burst",
  }),
  "messages.burst": wholeNumber({
    default: 3,
    min: 1,
    max: 100,
    unit: "messages",
    description: "Messages that one person may send at once",
  }),
  "accounts.registersPerHour": wholeNumber({
    default: 30,
    min: 1,
    max: 10_000_000,
    unit: "registrations per hour",
    env: "REGISTERS_PER_HOUR",
    description: "New accounts from one address",
  }),
  "accounts.loginsPerMinute": wholeNumber({
    default: 30,
    min: 1,
    max: 10_000_000,
    unit: "log-ins per minute",
    env: "LOGINS_PER_MINUTE",
    description: "Log-ins tried from one address",
  }),
  "accounts.loginsPerMinuteAndName": wholeNumber({
    default: 10,
    min: 1,
    max: 10_000_000,
    unit: "log-ins per minute",
    env: "LOGINS_PER_MINUTE_AND_NAME",
    description: "Log-ins tried with one name, from whatever addresses",
  }),
  "features.registration": featureSwitch("New accounts; those that exist log in as ever"),
  "features.rooms": featureSwitch("New rooms; those that exist stay"),
  "features.lotteries": featureSwitch("New lotteries; those that were created go on to their draw"),
  "features.gifts": featureSwitch("Gifts and super messages"),
  "features.replays": featureSwitch("Replays of ended sessions; those that run go on"),
  "features.webhooks": featureSwitch("Calling webhooks; while off, deliveries wait"),
  "moderation.blockedWords": wordList("Words that nobody may write in any room, beside the rooms' own"),
} as const satisfies Readonly<Record<string, LiveSetting>>;

/** The key of a live setting. */
export type SettingName = keyof typeof settingsTable;

/** The value of each live setting. */
export type SettingsValues = {
  readonly [Name in SettingName]: z.output<(typeof settingsTable)[Name]["schema"]>;
};

/** Every key, in the table's order. */
export const settingNames: readonly SettingName[] = Object.keys(settingsTable).filter(isSettingName);

/** True for a key of the table. */
export function isSettingName(key: string): key is SettingName {
  return Object.hasOwn(settingsTable, key);
}
