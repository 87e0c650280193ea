import { useQuery } from "@tanstack/react-query";
import type { RoomView } from "../lib/app-router.ts";
import { useTRPC } from "../lib/trpc.ts";
import { Skeleton } from "../ui/skeleton.tsx";
import { ErrorState } from "../ui/states.tsx";
import { BlockedWordsCard } from "./blocked-words-card.tsx";
import { ChatRulesCard } from "./chat-rules-card.tsx";
import { ModeratorsCard } from "./moderators-card.tsx";
import { SanctionsCard } from "./sanctions-card.tsx";

/** Who may do what in the room. The host has all of it; moderators see it and lift mutes and bans. */
export function ModerationTab({ room }: { readonly room: RoomView }) {
  const trpc = useTRPC();
  const moderation = useQuery(trpc.rooms.moderation.queryOptions({ id: room.id }));
  if (moderation.isPending) return <Skeleton className="h-64 rounded-3xl" />;
  if (moderation.isError)
    return <ErrorState error={moderation.error} onRetry={() => void moderation.refetch()} />;
  const { moderators, muted, banned, blockedWords } = moderation.data;
  const host = room.viewerRole === "host";
  return (
    <div className="grid gap-5 lg:grid-cols-2">
      {host && <ChatRulesCard room={room} />}
      {host && <ModeratorsCard roomId={room.id} moderators={moderators} />}
      <BlockedWordsCard key={blockedWords.join("\n")} roomId={room.id} words={blockedWords} />
      <SanctionsCard roomId={room.id} muted={muted} banned={banned} />
    </div>
  );
}
