import { ShieldAlert } from "lucide-react";
import { Link, useSearchParams } from "react-router";
import { useMe } from "../lib/use-me.ts";
import { useTitle } from "../lib/use-title.ts";
import { Button } from "../ui/button.tsx";
import { EmptyState } from "../ui/states.tsx";
import { Tabs } from "../ui/tabs.tsx";
import { OverviewTab } from "./overview-tab.tsx";
import { PeopleTab } from "./people-tab.tsx";
import { SettingsTab } from "./settings-tab.tsx";

const tabs = [
  { value: "overview", text: "Overview", body: <OverviewTab /> },
  { value: "settings", text: "Settings", body: <SettingsTab /> },
  { value: "people", text: "People", body: <PeopleTab /> },
] as const;

/** `/ops`: the platform itself, for administrators. The api refuses everybody else, whatever this page shows. */
export function OpsPage() {
  const me = useMe();
  const [params, setParams] = useSearchParams();
  useTitle("Operations");
  const value = tabs.find((tab) => tab.value === params.get("tab"))?.value ?? "overview";
  if (me?.isAdministrator !== true) return <NotForYou />;
  return (
    <main id="main" className="mx-auto max-w-6xl px-4 pt-8 pb-20 lg:px-8">
      <h1 className="text-2xl font-bold">Operations</h1>
      <p className="mt-1 mb-4 text-sm text-soft">
        What runs here, how it is, what it is set to, and who is kept out.
      </p>
      <Tabs
        label="Parts of operations"
        value={value}
        onValueChange={(tab) => setParams({ tab }, { replace: true })}
        tabs={tabs}
      />
    </main>
  );
}

function NotForYou() {
  return (
    <main id="main" className="mx-auto max-w-5xl px-4 py-16">
      <EmptyState
        icon={<ShieldAlert />}
        title="This page is for administrators"
        text="You are logged in, but not as one. Whoever runs this installation can make you one."
        action={
          <Button asChild>
            <Link to="/">To the rooms</Link>
          </Button>
        }
      />
    </main>
  );
}
