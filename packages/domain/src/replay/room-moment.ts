import type { RoomEvent, RoomMoment } from "@barrage/protocol";

/** A room before its first event. */
export const emptyMoment: RoomMoment = { viewers: 0, lotteries: [] };

/** The room as an event leaves it: a pure function of the log. Most events change nothing and give the same object. */
export function nextMoment(moment: RoomMoment, event: RoomEvent): RoomMoment {
  if (event.type === "room.started") return withLimits(moment, event.data.limits);
  if (event.type === "room.updated") return withLimits(moment, event.data.face.limits);
  if (event.type === "super.sent") {
    const { at, by, data } = event;
    return { ...moment, pinned: { id: data.id, text: data.text, at, by } };
  }
  if (event.type === "message.deleted") return withoutMessage(moment, event.data.id);
  return nextCounts(moment, event);
}

/** The room without a message that nobody is to see: the one before it does not come back. */
export function withoutMessage(moment: RoomMoment, id: string): RoomMoment {
  if (moment.pinned?.id !== id) return moment;
  const { pinned: _pinned, ...rest } = moment;
  return rest;
}

function withLimits({ limits: _limits, ...rest }: RoomMoment, limits: RoomMoment["limits"]): RoomMoment {
  return limits === undefined ? rest : { ...rest, limits };
}

function nextCounts(moment: RoomMoment, event: RoomEvent): RoomMoment {
  if (event.type === "viewers.counted") return { ...moment, viewers: event.data.count };
  if (event.type === "room.ended") return { ...moment, viewers: 0 };
  if (event.type === "lottery.opened") {
    const { lottery } = event.data;
    if (moment.lotteries.some((open) => open.lottery.id === lottery.id)) {
      return change(moment, lottery.id, { lottery });
    }
    return withLotteries(moment, [...moment.lotteries, { lottery, entries: 0 }]);
  }
  if (event.type === "lottery.counted") {
    return change(moment, event.data.id, { entries: event.data.entries });
  }
  if (
    event.type === "lottery.closed" ||
    event.type === "lottery.drawn" ||
    event.type === "lottery.cancelled"
  ) {
    const { id } = event.data;
    return withLotteries(
      moment,
      moment.lotteries.filter(({ lottery }) => lottery.id !== id),
    );
  }
  return moment;
}

type OpenLottery = RoomMoment["lotteries"][number];

function change(moment: RoomMoment, id: string, changed: Partial<OpenLottery>): RoomMoment {
  return withLotteries(
    moment,
    moment.lotteries.map((open) => (open.lottery.id === id ? { ...open, ...changed } : open)),
  );
}

function withLotteries(moment: RoomMoment, lotteries: readonly OpenLottery[]): RoomMoment {
  return { ...moment, lotteries: [...lotteries] };
}
