import { type KvEntry, KvWatchInclude, type QueuedIterator } from "nats";
import type { Logger } from "../log/create-logger.ts";
import { createMeters, type Meters } from "../metrics/meters.ts";
import type { NatsLink } from "../nats/connect-nats.ts";
import { watchReplacement } from "../nats/watch-replacement.ts";
import { KnownSettings } from "./known-settings.ts";
import { settingRecordOf } from "./setting-record.ts";
import { openSettingsBucket, settingsStream } from "./settings-store.ts";
import type { SettingName, SettingsValues } from "./settings-table.ts";

/**
 * The settings as they hold in this process, kept up to date. While NATS is down, as they were last known; what stands
 * in the bucket when it can be read again holds, and when that was lost, the defaults do.
 */
export interface LiveSettings {
  /** What holds now. */
  get<Name extends SettingName>(name: Name): SettingsValues[Name];
  /**
   * What holds at a moment of a room's log: a change holds from half a second after it was stored, by the server's
   * clock, so that processes that heard of it at different times agree. Goes back as far as the bucket's history.
   */
  at<Name extends SettingName>(name: Name, logMs: number): SettingsValues[Name];
  /** The moments at which one of these settings changes, ascending; see {@link LiveSettings.at}. */
  changesOf(names: readonly SettingName[]): readonly number[];
  /** Calls back after each change of a setting, until the settings are closed. @returns a function that ends it. */
  onChange(listener: (name: SettingName) => void): () => void;
  /** The newest change that this process knows of; 0: none. */
  revision(): number;
  /** Ends the watch; the values stay. */
  close(): Promise<void>;
}

interface LiveSettingsOptions {
  readonly link: NatsLink;
  readonly logger: Logger;
  readonly replicas?: number;
  /** What this process' environment says instead of the table's defaults. */
  readonly defaults?: Partial<SettingsValues>;
  /** Where it counts what it ignores; left out, nobody reads it. */
  readonly meters?: Meters;
}

const firstReadMsMax = 3_000;
const retryMs = 250;
const closeMsMax = 500;

/**
 * Opens the settings and waits for their first reading, but not for long: without it the defaults hold, and that is
 * logged. The caller closes them, before the link.
 */
export async function openLiveSettings(options: LiveSettingsOptions): Promise<LiveSettings> {
  const { logger, defaults = {}, meters = createMeters() } = options;
  const ignored = meters.counter({
    name: "barrage_settings_ignored_total",
    help: "Stored settings that count for nothing, as they are bad or of another version: each once since the start",
  });
  const known = new KnownSettings({ logger, defaults, ignored });
  const watch = startWatch(options, known);
  const isRead = await Promise.race([watch.firstRead.then(() => true), Bun.sleep(firstReadMsMax)]);
  if (isRead !== true)
    logger.error("the settings could not be read in time: the defaults hold until they are");
  return {
    get: (name) => known.get(name),
    at: (name, logMs) => known.at(name, logMs),
    changesOf: (names) => known.changesOf(names),
    onChange: (listener) => known.onChange(listener),
    revision: () => known.revision,
    async close() {
      known.close();
      await watch.stop();
    },
  };
}

interface SettingsWatch {
  /** Resolves when everything has been read once. */
  readonly firstRead: Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Reads everything there is and then what comes, and begins anew after each break, for as long as it is not stopped. */
function startWatch(options: LiveSettingsOptions, known: KnownSettings): SettingsWatch {
  const { link, logger } = options;
  const stopping = new AbortController();
  const firstRead = Promise.withResolvers<void>();
  let watch: QueuedIterator<KvEntry> | undefined;
  let doubts = 0;

  async function follow(): Promise<void> {
    const asked = doubts;
    const bucket = await openSettingsBucket(options);
    known.beginReading();
    const endReading = () => {
      known.endReading();
      firstRead.resolve();
    };
    watch = await bucket.watch({ include: KvWatchInclude.AllHistory, initializedFn: endReading });
    if (stopping.signal.aborted || asked !== doubts) watch.stop();
    for await (const entry of watch) known.take(settingRecordOf(entry));
  }

  async function followOn(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        await follow();
      } catch (error) {
        if (!stopping.signal.aborted) {
          logger.warn({ error }, "the settings can't be watched: the last known ones hold");
        }
      }
      if (!stopping.signal.aborted) await Bun.sleep(retryMs);
    }
  }

  /** The watch may be of what is no more, or is about to be: it begins anew. */
  function doubt(): void {
    doubts += 1;
    watch?.stop();
  }

  // A watch outlives the consumer behind it, and on a bucket that was made anew it waits for the old one's revisions.
  const endDoubts = [link.watch({ onUp: doubt }), watchReplacement(link, settingsStream, doubt)];
  const following = followOn();
  return {
    firstRead: firstRead.promise,
    async stop() {
      stopping.abort();
      for (const end of endDoubts) end();
      watch?.stop();
      await Promise.race([following, Bun.sleep(closeMsMax)]);
    },
  };
}
