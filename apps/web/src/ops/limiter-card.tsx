import { Card } from "../ui/card.tsx";
import { formatRate } from "./units.ts";
import type { PlatformState } from "./use-platform-state.ts";

const classNames = { desktop: "Desktop", small: "Small screen" } as const;

/** What the watched rooms show of what is said in them, against their budgets. */
export function LimiterCard({ rooms }: { readonly rooms: PlatformState["rooms"] }) {
  const rows = rooms.flatMap(({ id, title, limiter }) =>
    limiter.map((gauge) => ({ key: `${id} ${gauge.view}`, name: title ?? id, ...gauge })),
  );
  if (rows.length === 0) return null;
  return (
    <Card
      title="Limiter"
      text="Danmaku shown in the watched rooms, and left out where more is said than the budget."
    >
      <div className="overflow-x-auto">
        <table className="w-full text-left text-sm">
          <thead className="text-xs text-faint">
            <tr>
              <th className="pb-2 font-normal">Room</th>
              <th className="pb-2 pl-4 text-right font-normal">Shown</th>
              <th className="pb-2 pl-4 text-right font-normal">Budget</th>
              <th className="pb-2 pl-4 text-right font-normal">Left out</th>
            </tr>
          </thead>
          <tbody className="tabular-nums">
            {rows.map(({ key, name, view, shownPerS, budgetPerS, skippedPerS }) => (
              <tr key={key} className="border-t border-line whitespace-nowrap">
                <td className="max-w-28 py-2 sm:max-w-56">
                  <p className="truncate">{name}</p>
                  <p className="text-xs text-faint">{classNames[view]}</p>
                </td>
                <td className="pl-4 text-right">{formatRate(shownPerS)}/s</td>
                <td className="pl-4 text-right">{formatRate(budgetPerS)}/s</td>
                <td className="pl-4 text-right">{formatRate(skippedPerS)}/s</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}
