import { createRoomLimiter, type Decision, type LimiterSettingsAt, type RoomLimiter } from "@barrage/domain";
import type { RoomLimits } from "@barrage/protocol";
import type { ReplayEvent, ReplayPage } from "./replay-page.ts";
import type { ChosenEvent, SkippedRun } from "./stretch.ts";

/** How a room's own limits become the limiter's settings. */
export type SettingsOf = (limits: RoomLimits | undefined) => LimiterSettingsAt;

/** The limiter at work on a session's pages: what is shown of them is what was shown live. */
export class ReplayChooser {
  readonly #limiter: RoomLimiter;
  readonly #settingsOf: SettingsOf;
  /** What the limiter has not decided. */
  readonly #undecided = new Map<number, ReplayEvent>();
  #untold: SkippedRun | undefined;

  /** Starts with the limits that held where its first event is. */
  constructor(room: string, limits: RoomLimits | undefined, settingsOf: SettingsOf) {
    this.#settingsOf = settingsOf;
    this.#limiter = createRoomLimiter(room, settingsOf(limits));
  }

  /** The room had so many viewers before its first event: how long a window is depends on them. */
  prime(seq: number, atMs: number, viewers: number): void {
    this.#limiter.push({ seq, atMs, priority: 4, senderId: "", text: "", viewers });
  }

  /** Takes events of the past without a choice, so that the next ones are chosen as if from the beginning. */
  warmUp(page: ReplayPage, end: number): void {
    this.#take(page, { from: 0, to: end }, ({ item }) => {
      this.#limiter.push(item);
    });
  }

  /** Takes the events of a page from `from` on. @returns what is shown by now, in order */
  push(page: ReplayPage, from: number): ChosenEvent[] {
    const chosen: ChosenEvent[] = [];
    this.#take(page, { from, to: page.length }, (event) => {
      this.#undecided.set(event.seq, event);
      for (const decision of this.#limiter.push(event.item)) chosen.push(...this.#apply(decision));
    });
    return chosen;
  }

  /** What waits for a decision, at the end of all there is. */
  flush(): ChosenEvent[] {
    return this.#limiter.flush().flatMap((decision) => this.#apply(decision));
  }

  /** What is shed and was not told of, at the end of all there is. */
  takeUntold(): SkippedRun | undefined {
    const untold = this.#untold;
    this.#untold = undefined;
    return untold;
  }

  /** Limits change just before the event that says so, as they do live. */
  #take(
    page: ReplayPage,
    { from, to }: { readonly from: number; readonly to: number },
    take: (event: ReplayEvent) => void,
  ): void {
    const changes = new Map(page.tellings.map(({ index, event }) => [index, event]));
    for (let index = from; index < to; index++) {
      const change = changes.get(index);
      if (change?.type === "room.started") this.#configure(change.data.limits);
      if (change?.type === "room.updated") this.#configure(change.data.face.limits);
      take(page.event(index));
    }
  }

  #configure(limits: RoomLimits | undefined): void {
    this.#limiter.configure(this.#settingsOf(limits));
  }

  #apply({ untilSeq, total, shown }: Decision): ChosenEvent[] {
    const chosen = shown.flatMap(({ seq, count }): ChosenEvent[] => {
      const event = this.#undecided.get(seq);
      if (event === undefined) return [];
      return [{ event, count, skipped: this.takeUntold() }];
    });
    let decided = 0;
    for (const seq of this.#undecided.keys()) {
      if (seq > untilSeq) break;
      this.#undecided.delete(seq);
      decided += 1;
    }
    // Of a window that began before the place, only what came after it is told of.
    const shed = Math.min(total, decided) - shown.reduce((sum, { count }) => sum + count, 0);
    if (shed > 0) this.#untold = { count: (this.#untold?.count ?? 0) + shed, seq: untilSeq };
    return chosen;
  }
}
