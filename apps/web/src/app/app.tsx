import { Tooltip } from "radix-ui";
import { BrowserRouter, Route, Routes } from "react-router";
import { AccountPage } from "../account/account-page.tsx";
import { AuthPage } from "../auth/auth-page.tsx";
import { HomePage } from "../home/home-page.tsx";
import { LotteryPage } from "../lottery/lottery-page.tsx";
import { OwnLotteriesPage } from "../lottery/own-lotteries-page.tsx";
import { RoomLotteriesPage } from "../lottery/room-lotteries-page.tsx";
import { VerifyPage } from "../lottery/verify-page.tsx";
import { OpsPage } from "../ops/ops-page.tsx";
import { ReplayPage } from "../replay/replay-page.tsx";
import { RoomReplaysPage } from "../replay/room-replays-page.tsx";
import { RoomPage } from "../room/room-page.tsx";
import { StudioPage } from "../studio/studio-page.tsx";
import { StudioRoomPage } from "../studio/studio-room-page.tsx";
import { ErrorBoundary } from "./error-boundary.tsx";
import { NotFoundPage } from "./not-found-page.tsx";
import { RequireUser } from "./require-user.tsx";
import { Shell } from "./shell.tsx";
import { Toasts } from "./toasts.tsx";

/** Every page by its address. */
export function App() {
  return (
    <Tooltip.Provider>
      <BrowserRouter>
        <ErrorBoundary>
          <Routes>
            <Route element={<Shell />}>
              <Route index element={<HomePage />} />
              <Route path="login" element={<AuthPage mode="login" />} />
              <Route path="register" element={<AuthPage mode="register" />} />
              <Route path="rooms/:id" element={<RoomPage />} />
              <Route path="rooms/:id/lotteries" element={<RoomLotteriesPage />} />
              <Route path="rooms/:id/replays" element={<RoomReplaysPage />} />
              <Route path="rooms/:id/replays/:session" element={<ReplayPage />} />
              <Route path="lotteries/:id" element={<LotteryPage />} />
              <Route path="verify" element={<VerifyPage />} />
              <Route element={<RequireUser />}>
                <Route path="studio" element={<StudioPage />} />
                <Route path="studio/:id" element={<StudioRoomPage />} />
                <Route path="account" element={<AccountPage />} />
                <Route path="ops" element={<OpsPage />} />
                <Route path="lotteries" element={<OwnLotteriesPage />} />
              </Route>
              <Route path="*" element={<NotFoundPage />} />
            </Route>
          </Routes>
        </ErrorBoundary>
      </BrowserRouter>
      <Toasts />
    </Tooltip.Provider>
  );
}
