import { useEffect, useRef } from "react";
import type { DanmakuSettings } from "../lib/danmaku-settings.ts";
import { createDanmakuLayer, type DanmakuLayer } from "./danmaku-layer.ts";
import type { DanmakuMedia } from "./danmaku-sheet.ts";
import type { RoomStore } from "./room-store.ts";

interface DanmakuOverlayProps {
  readonly store: RoomStore;
  readonly settings: DanmakuSettings;
  /** What the text flies by; the passing of time when left out. Must not change. */
  readonly media?: DanmakuMedia;
}

/** The flying text. It reads the store past React: a frame of a crowd costs no render here. Hidden from screen readers, who have the chat. */
export function DanmakuOverlay({ store, settings, media }: DanmakuOverlayProps) {
  const container = useRef<HTMLDivElement>(null);
  const layer = useRef<DanmakuLayer>(undefined);
  const latest = useRef(settings);

  useEffect(() => {
    latest.current = settings;
    layer.current?.arrange(settings);
  }, [settings]);

  useEffect(() => {
    const element = container.current;
    if (element === null) return;
    const created = createDanmakuLayer(element, latest.current, media);
    layer.current = created;
    const observer = new ResizeObserver(() => created.arrange(latest.current));
    observer.observe(element);
    const stop = store.subscribe(() => {
      const { flights, me } = store.get();
      for (const line of flights) {
        if (line.content.kind !== "gift") created.fly(line, me !== null && line.by.id === me.id);
      }
    });
    return () => {
      stop();
      observer.disconnect();
      created.close();
      layer.current = undefined;
    };
  }, [media, store]);

  return (
    <div
      ref={container}
      aria-hidden
      data-testid="danmaku"
      className="pointer-events-none absolute inset-x-0 top-11 bottom-0 overflow-hidden sm:top-13"
    />
  );
}
