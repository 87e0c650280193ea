import type { inferRouterOutputs } from "@trpc/server";
import { z } from "zod";
import type { AppRouter } from "../router.ts";
import * as answers from "./answers.ts";
import * as lottery from "./lottery-answers.ts";
import * as recording from "./recording-answers.ts";

/** What stands in the document for a procedure, and where it is reached below `/api/v1`. */
export interface RestRoute {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Parts in braces are fields of the procedure's input; the others go into the query (GET, DELETE) or the body. */
  readonly path: string;
  readonly summary: string;
  readonly answer: z.ZodType;
}

type Outputs = inferRouterOutputs<AppRouter>;
type ProcedurePath =
  | { [Feature in keyof Outputs]: `${Feature & string}.${keyof Outputs[Feature] & string}` }[keyof Outputs]
  | `ops.config.${keyof Outputs["ops"]["config"]}`;
type OutputOf<Path, Tree = Outputs> = Path extends `${infer Head}.${infer Rest}`
  ? Head extends keyof Tree
    ? OutputOf<Rest, Tree[Head]>
    : never
  : Path extends keyof Tree
    ? Tree[Path]
    : never;
type RestRoutes = {
  readonly [Path in ProcedurePath]?: RestRoute & { readonly answer: z.ZodType<OutputOf<Path>> };
};

const route = <Answer extends z.ZodType>(
  [method, path]: readonly [RestRoute["method"], string],
  summary: string,
  answer: Answer,
) => ({ method, path, summary, answer });

const { okAnswer, roomAnswer } = answers;

/**
 * Where procedures stand among REST's nouns. A procedure that is not here is served all the same, by its own name:
 * {@link restRouteOf}.
 */
const restRoutes = {
  "users.register": route(["POST", "/users"], "Make an account and log in", answers.loginAnswer),
  "users.me": route(["GET", "/users/me"], "Who am I", answers.userAnswer.nullable()),
  "users.get": route(["GET", "/users/{name}"], "A user", answers.profileAnswer),
  "users.changePassword": route(
    ["PUT", "/users/me/password"],
    "Change the password; ends all other log-ins",
    okAnswer,
  ),
  "users.login": route(["POST", "/sessions"], "Log in", answers.loginAnswer),
  "users.logout": route(["DELETE", "/sessions/current"], "Log out", okAnswer),
  "users.sessions": route(["GET", "/sessions"], "My log-ins", answers.loginsAnswer),
  "users.revokeSession": route(["DELETE", "/sessions/{id}"], "End one of my log-ins", okAnswer),
  "users.follow": route(["PUT", "/follows/{userId}"], "Follow somebody", okAnswer),
  "users.unfollow": route(["DELETE", "/follows/{userId}"], "Follow somebody no more", okAnswer),

  "rooms.create": route(["POST", "/rooms"], "Make a room", roomAnswer),
  "rooms.list": route(
    ["GET", "/rooms"],
    "Public rooms: live ones first, the most watched or the hottest first",
    answers.roomPageAnswer,
  ),
  "rooms.mine": route(["GET", "/users/me/rooms"], "My rooms", answers.roomsAnswer),
  "rooms.get": route(["GET", "/rooms/{id}"], "A room", roomAnswer),
  "rooms.update": route(["PATCH", "/rooms/{id}"], "Change a room; what is left out stays", roomAnswer),
  "rooms.delete": route(["DELETE", "/rooms/{id}"], "Remove a room and everything of it", okAnswer),
  "rooms.start": route(["POST", "/rooms/{id}/start"], "Go live", roomAnswer),
  "rooms.end": route(["POST", "/rooms/{id}/end"], "End the session", roomAnswer),
  "rooms.streamKey": route(["GET", "/rooms/{id}/stream-key"], "The stream key", answers.streamKeyAnswer),
  "rooms.rotateStreamKey": route(
    ["POST", "/rooms/{id}/stream-key"],
    "Replace the stream key",
    answers.streamKeyAnswer,
  ),
  "rooms.join": route(
    ["POST", "/rooms/{id}/viewers"],
    "Where to watch a room: realtime nodes, the best first, and a ticket where it needs one",
    answers.joinedAnswer,
  ),
  "rooms.nodes": route(
    ["GET", "/nodes"],
    "Where to follow several rooms over one connection: realtime nodes, the best first",
    answers.roomsNodesAnswer,
  ),
  "rooms.ticket": route(
    ["POST", "/rooms/{id}/tickets"],
    "A ticket for the event stream: names the viewer, opens private rooms",
    answers.ticketAnswer,
  ),
  "rooms.members": route(
    ["GET", "/rooms/{id}/members"],
    "Who watches a small room now",
    answers.membersAnswer,
  ),
  "rooms.sessions": route(["GET", "/rooms/{id}/sessions"], "When it was live", answers.sessionPageAnswer),
  "rooms.moderation": route(
    ["GET", "/rooms/{id}/moderation"],
    "Moderators, sanctions, blocked words",
    answers.moderationAnswer,
  ),
  "rooms.setModerator": route(
    ["PUT", "/rooms/{id}/moderators/{userName}"],
    "Name or dismiss a moderator",
    okAnswer,
  ),
  "rooms.mute": route(["PUT", "/rooms/{id}/mutes/{userId}"], "Mute somebody", okAnswer),
  "rooms.unmute": route(["DELETE", "/rooms/{id}/mutes/{userId}"], "Lift a mute", okAnswer),
  "rooms.ban": route(["PUT", "/rooms/{id}/bans/{userId}"], "Ban somebody", okAnswer),
  "rooms.unban": route(["DELETE", "/rooms/{id}/bans/{userId}"], "Lift a ban", okAnswer),
  "rooms.setBlockedWords": route(["PUT", "/rooms/{id}/blocked-words"], "Replace the blocked words", okAnswer),

  "messages.send": route(
    ["POST", "/rooms/{room}/messages"],
    "Send a danmaku; the same key again is the same message",
    answers.sentAnswer,
  ),
  "messages.gift": route(["POST", "/rooms/{room}/gifts"], "Give a gift", answers.sentAnswer),
  "messages.superMessage": route(
    ["POST", "/rooms/{room}/super-messages"],
    "Send a super message",
    answers.sentAnswer,
  ),
  "messages.history": route(["GET", "/rooms/{room}/messages"], "What was said", answers.historyAnswer),
  "messages.get": route(["GET", "/messages/{id}"], "A message", answers.messageAnswer),
  "messages.delete": route(["DELETE", "/messages/{id}"], "Delete a message", okAnswer),

  "lottery.create": route(["POST", "/rooms/{room}/lotteries"], "Open a lottery", lottery.lotteryAnswer),
  "lottery.listByRoom": route(
    ["GET", "/rooms/{room}/lotteries"],
    "A room's lotteries, the newest first",
    lottery.lotteryPageAnswer,
  ),
  "lottery.mine": route(["GET", "/users/me/lotteries"], "Lotteries I entered", lottery.lotteryPageAnswer),
  "lottery.watching": route(
    ["POST", "/rooms/{room}/watching"],
    "I am watching: counts for lotteries that ask for it",
    lottery.watchingAnswer,
  ),
  "lottery.get": route(["GET", "/lotteries/{id}"], "A lottery", lottery.lotteryAnswer),
  "lottery.update": route(
    ["PATCH", "/lotteries/{id}"],
    "Change a lottery that nobody has entered",
    lottery.lotteryAnswer,
  ),
  "lottery.close": route(["POST", "/lotteries/{id}/close"], "Close a lottery now", lottery.lotteryAnswer),
  "lottery.cancel": route(["POST", "/lotteries/{id}/cancel"], "Cancel a lottery", lottery.lotteryAnswer),
  "lottery.enter": route(["PUT", "/lotteries/{id}/entry"], "Enter", lottery.enteredAnswer),
  "lottery.withdraw": route(
    ["DELETE", "/lotteries/{id}/entry"],
    "Take the entry back",
    lottery.withdrawnAnswer,
  ),
  "lottery.proof": route(
    ["GET", "/lotteries/{id}/proof"],
    "That my entry is in the sealed pool",
    lottery.proofAnswer,
  ),
  "lottery.winners": route(["GET", "/lotteries/{id}/winners"], "Who won", lottery.winnersAnswer),
  "lottery.record": route(
    ["GET", "/lotteries/{id}/record"],
    "Everything that verifying the draw needs",
    lottery.recordAnswer,
  ),
  "lottery.audit": route(["GET", "/lotteries/{id}/audit"], "What was done, by whom", lottery.auditAnswer),

  "replay.recent": route(
    ["GET", "/replays"],
    "Public rooms' sessions that can be replayed, the one that ended last first",
    answers.replayPageAnswer,
  ),
  "replay.get": route(
    ["GET", "/rooms/{room}/sessions/{session}"],
    "A session; replayed by GET <realtime>/rooms/{room}/replay?session={session}",
    answers.ownReplayAnswer,
  ),
  "replay.heat": route(
    ["GET", "/rooms/{room}/sessions/{session}/heat"],
    "How many danmaku were sent when",
    answers.heatAnswer,
  ),
  "replay.marks": route(
    ["GET", "/rooms/{room}/sessions/{session}/marks"],
    "When lotteries were opened and drawn, and gifts sent",
    answers.marksAnswer,
  ),
  "media.startRecording": route(
    ["POST", "/rooms/{room}/recordings"],
    "Begin to upload a recording of a session: docs/recordings.md",
    recording.uploadAnswer,
  ),
  "media.recordings": route(
    ["GET", "/rooms/{room}/sessions/{session}/recordings"],
    "A session's recordings",
    recording.recordingsAnswer,
  ),
  "media.recording": route(["GET", "/recordings/{id}"], "A recording", recording.recordingAnswer),
  "media.playback": route(
    ["GET", "/recordings/{id}/playback"],
    "A URL to play a recording, for half an hour",
    recording.playbackAnswer,
  ),
  "media.upload": route(
    ["GET", "/recordings/{id}/upload"],
    "What is uploaded already",
    recording.uploadAnswer,
  ),
  "media.partUrls": route(
    ["POST", "/recordings/{id}/part-urls"],
    "Where to put parts, for an hour",
    recording.partUrlsAnswer,
  ),
  "media.completeRecording": route(
    ["POST", "/recordings/{id}/complete"],
    "End an upload: the recording is checked, and then ready",
    recording.recordingAnswer,
  ),
  "media.abortRecording": route(
    ["POST", "/recordings/{id}/abort"],
    "Give an upload up",
    recording.recordingAnswer,
  ),
  "media.deleteRecording": route(
    ["DELETE", "/recordings/{id}"],
    "Remove a recording and all that is stored of it",
    okAnswer,
  ),

  "media.startCover": route(
    ["POST", "/rooms/{room}/cover-uploads"],
    "Begin to upload a cover: PUT the file to the answered URL with the answered headers, then finish",
    answers.coverUploadAnswer,
  ),
  "media.finishCover": route(
    ["POST", "/rooms/{room}/cover-uploads/{upload}/finish"],
    "The file is there: have it checked and made the cover",
    answers.coverAnswer,
  ),
  "media.cover": route(
    ["GET", "/rooms/{room}/cover"],
    "My room's cover, and its newest upload",
    answers.coverAnswer,
  ),
  "media.removeCover": route(
    ["DELETE", "/rooms/{room}/cover"],
    "Remove a cover and what was uploaded for it",
    okAnswer,
  ),

  "webhooks.create": route(
    ["POST", "/webhooks"],
    "Be told of what happens in my rooms; how to check a request: docs/webhooks.md",
    answers.newWebhookAnswer,
  ),
  "webhooks.list": route(["GET", "/webhooks"], "My webhooks", answers.webhooksAnswer),
  "webhooks.delete": route(["DELETE", "/webhooks/{id}"], "Remove a webhook and its log", okAnswer),
  "webhooks.deliveries": route(
    ["GET", "/webhooks/{id}/deliveries"],
    "What was sent and what was answered, the newest first",
    answers.deliveriesAnswer,
  ),
  "webhooks.resend": route(
    ["POST", "/webhook-deliveries/{id}/resend"],
    "Send a delivery once more",
    answers.resentAnswer,
  ),

  "ops.users": route(
    ["GET", "/ops/users"],
    "Users by the beginning of their names, or those who are suspended (administrators only)",
    answers.managedUsersAnswer,
  ),
  "ops.suspend": route(
    ["PUT", "/ops/users/{userId}/suspension"],
    "Log a user out everywhere, and keep them out for some minutes or (`null`) without end (administrators only)",
    answers.managedUserAnswer,
  ),
  "ops.suspensions": route(
    ["GET", "/ops/users/{userId}/suspensions"],
    "Who suspended a user when and why, the newest first (administrators only)",
    answers.suspensionsAnswer,
  ),
  "ops.unsuspend": route(
    ["DELETE", "/ops/users/{userId}/suspension"],
    "Let a suspended user log in again (administrators only)",
    answers.managedUserAnswer,
  ),
  "ops.administrators": route(
    ["GET", "/ops/administrators"],
    "Who may run the platform (administrators only)",
    answers.administratorsAnswer,
  ),
  "ops.nodes": route(
    ["GET", "/ops/nodes"],
    "The processes that run, with their load (administrators only)",
    answers.nodesAnswer,
  ),
  "ops.config.list": route(
    ["GET", "/ops/settings"],
    "The settings that may change while everything runs (administrators only)",
    answers.settingsAnswer,
  ),
  "ops.config.set": route(
    ["PUT", "/ops/settings/{key}"],
    "Change a setting; `null` is back to the default",
    answers.settingChangeAnswer,
  ),
  "ops.config.history": route(
    ["GET", "/ops/settings/{key}/history"],
    "The last 64 changes of a setting, the newest first",
    answers.settingHistoryAnswer,
  ),
  "ops.config.rollback": route(
    ["POST", "/ops/settings/{key}/rollback"],
    "Back to an earlier value of a setting",
    answers.settingChangeAnswer,
  ),
} as const satisfies RestRoutes;

const known: Readonly<Record<string, RestRoute>> = restRoutes;

/** The route of a procedure; one that has no place among the nouns is `/<feature>.<name>`. */
export function restRouteOf(procedure: { readonly path: string; readonly type: string }): RestRoute {
  const { path, type } = procedure;
  return (
    known[path] ?? {
      method: type === "query" ? "GET" : "POST",
      path: `/${path}`,
      summary: path,
      answer: z.unknown(),
    }
  );
}
