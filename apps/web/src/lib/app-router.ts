import type { AppRouter } from "@barrage/api";
import type { inferRouterOutputs } from "@trpc/server";

export type { AppRouter };

type Outputs = inferRouterOutputs<AppRouter>;

/** A room as the api answers it. */
export type RoomView = Outputs["rooms"]["get"];

/** A session as it can be seen again. */
export type ReplayView = Outputs["replay"]["get"];

/** A moment of a session that is worth a jump. */
export type ReplayMark = Outputs["replay"]["marks"]["items"][number];

/** A message of the history. */
export type MessageView = Outputs["messages"]["history"]["items"][number];

/** A room's past or present sitting. */
export type SessionView = Outputs["rooms"]["sessions"]["items"][number];

/** A recording of a session. */
export type RecordingView = Outputs["media"]["recording"];

/** A recording with what is uploaded of it. */
export type UploadView = Outputs["media"]["upload"];
