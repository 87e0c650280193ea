import { subscribeRoom } from "@barrage/client";

const { REALTIME = "", ROOM = "" } = process.env;

const feed = subscribeRoom({ url: REALTIME, room: ROOM, tail: 10 });
for await (const item of feed) {
  if (item.kind === "event" && item.event.type === "danmaku.sent") {
    console.log(`${item.event.by?.name}: ${item.event.data.text}`);
  }
}
