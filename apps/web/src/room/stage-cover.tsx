import { RoomCover } from "../ui/room-cover.tsx";
import type { RoomNow } from "./room-now.ts";

/** A room's cover as its stage: darkened, so that the title and the words on it can be read. */
export function StageCover({ room }: { readonly room: RoomNow }) {
  return (
    <div aria-hidden className="absolute inset-0 -z-10">
      <RoomCover room={room} sizes="(min-width: 1024px) 70vw, 100vw" className="size-full" />
      <div className="absolute inset-0 bg-linear-to-t from-black/75 via-black/50 to-black/55" />
    </div>
  );
}
