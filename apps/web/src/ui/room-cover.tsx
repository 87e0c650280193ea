import { coverPath, coverWidths } from "@barrage/protocol";
import { useState } from "react";
import { useServices } from "../lib/services.tsx";
import { cn } from "./cn.ts";
import { CoverArt } from "./cover-art.tsx";

interface RoomCoverProps {
  readonly room: {
    readonly id: string;
    readonly title: string;
    readonly cover: string | null;
    readonly coverHue: number;
  };
  /** How wide it is shown, as in the `sizes` attribute: the browser chooses among the three pictures by it. */
  readonly sizes: string;
  readonly className?: string;
}

/** A room's cover; the drawn one while there is none, while it loads, and when it can't be loaded. Decorative. */
export function RoomCover({ room, sizes, className }: RoomCoverProps) {
  const { config } = useServices();
  // By its name: the next cover gets a chance of its own.
  const [broken, setBroken] = useState<string | null>(null);
  const { id, cover } = room;
  const url = (width: (typeof coverWidths)[number]) =>
    `${config.apiUrl}${coverPath({ room: id, cover: cover ?? "", width })}`;
  return (
    <div aria-hidden className={cn("relative overflow-hidden", className)}>
      <CoverArt hue={room.coverHue} seed={room.title} name={room.title} className="absolute inset-0" />
      {cover !== null && cover !== broken && (
        <img
          key={cover}
          data-testid="cover"
          alt=""
          src={url(640)}
          srcSet={coverWidths.map((width) => `${url(width)} ${width}w`).join(", ")}
          sizes={sizes}
          loading="lazy"
          decoding="async"
          className="absolute inset-0 size-full object-cover"
          onError={() => setBroken(cover)}
        />
      )}
    </div>
  );
}
