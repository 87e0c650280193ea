import { createCoverProcedures } from "./features/covers/cover-procedures.ts";
import type { CoverService } from "./features/covers/cover-service.ts";
import { createLotteryRouter, type LotteryRouterDeps } from "./features/lottery/lottery-router.ts";
import { createMessagesRouter, type MessagesRouterDeps } from "./features/messages/messages-router.ts";
import { createModerationProcedures } from "./features/moderation/moderation-procedures.ts";
import type { ModerationService } from "./features/moderation/moderation-service.ts";
import { createOpsRouter, type OpsRouterDeps } from "./features/ops/ops-router.ts";
import {
  createRecordingProcedures,
  type RecordingProceduresDeps,
} from "./features/recordings/recording-procedures.ts";
import { createReplayRouter } from "./features/replay/replay-router.ts";
import type { ReplayService } from "./features/replay/replay-service.ts";
import { createRoomProcedures, type RoomProceduresDeps } from "./features/rooms/room-procedures.ts";
import { createUsersRouter, type UsersRouterDeps } from "./features/users/users-router.ts";
import { createWebhooksRouter } from "./features/webhooks/webhooks-router.ts";
import type { WebhooksService } from "./features/webhooks/webhooks-service.ts";
import { createRouter } from "./trpc/procedures.ts";

/** What the features' routers need. */
export interface AppRouterDeps {
  readonly users: UsersRouterDeps;
  readonly rooms: RoomProceduresDeps;
  readonly moderation: ModerationService;
  readonly messages: MessagesRouterDeps;
  readonly lottery: LotteryRouterDeps;
  readonly replay: ReplayService;
  readonly recordings: RecordingProceduresDeps;
  readonly covers: CoverService;
  readonly webhooks: WebhooksService;
  readonly ops: OpsRouterDeps;
}

/** The whole of the api's procedures, made of the features' routers. */
export function createAppRouter(deps: AppRouterDeps) {
  return createRouter({
    users: createUsersRouter(deps.users),
    rooms: createRouter({
      ...createRoomProcedures(deps.rooms),
      ...createModerationProcedures(deps.moderation),
    }),
    messages: createMessagesRouter(deps.messages),
    lottery: createLotteryRouter(deps.lottery),
    replay: createReplayRouter(deps.replay),
    media: createRouter({
      ...createRecordingProcedures(deps.recordings),
      ...createCoverProcedures(deps.covers),
    }),
    webhooks: createWebhooksRouter(deps.webhooks),
    ops: createOpsRouter(deps.ops),
  });
}

/** The type that clients are written against. */
export type AppRouter = ReturnType<typeof createAppRouter>;
