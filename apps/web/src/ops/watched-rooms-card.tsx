import { Link } from "react-router";
import { formatWhole } from "../lib/format.ts";
import { Card } from "../ui/card.tsx";
import { formatRate } from "./units.ts";
import type { PlatformState } from "./use-platform-state.ts";

/** The rooms that somebody watches now. */
export function WatchedRoomsCard({ rooms }: { readonly rooms: PlatformState["rooms"] }) {
  return (
    <Card title="Rooms" text="Those that somebody watches, the most watched first.">
      {rooms.length === 0 ? (
        <p className="text-sm text-faint">Nobody watches anything now.</p>
      ) : (
        <div className="overflow-x-auto">
          <table className="w-full text-left text-sm">
            <thead className="text-xs text-faint">
              <tr>
                <th className="pb-2 font-normal">Room</th>
                <th className="pb-2 pl-4 text-right font-normal">Viewers</th>
                <th className="pb-2 pl-4 text-right font-normal">Events</th>
                <th className="pb-2 pl-4 text-right font-normal">Nodes</th>
              </tr>
            </thead>
            <tbody className="tabular-nums">
              {rooms.map(({ id, title, viewers, eventsPerS, nodes }) => (
                <tr key={id} className="border-t border-line">
                  <td className="max-w-56 truncate py-2">
                    <Link to={`/rooms/${id}`} className="rounded hover:underline">
                      {title ?? id}
                    </Link>
                  </td>
                  <td className="pl-4 text-right">{formatWhole(viewers)}</td>
                  <td className="pl-4 text-right">{formatRate(eventsPerS)}/s</td>
                  <td className="pl-4 text-right">{nodes}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Card>
  );
}
