import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Activity, Clapperboard, Gift, LogOut, UserRound } from "lucide-react";
import { useNavigate } from "react-router";
import { toast } from "sonner";
import { describeError } from "../lib/describe-error.ts";
import { useTRPC } from "../lib/trpc.ts";
import { Avatar } from "../ui/avatar.tsx";
import { Menu, MenuItem, MenuLabel, MenuSeparator } from "../ui/menu.tsx";

interface UserMenuProps {
  readonly me: { readonly id: string; readonly name: string; readonly isAdministrator: boolean };
}

export function UserMenu({ me }: UserMenuProps) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const logout = useMutation(
    trpc.users.logout.mutationOptions({
      onSuccess: () => {
        queries.setQueryData(trpc.users.me.queryKey(), null);
        // Nothing of the one who left may stay on the screen or in the cache.
        queries.removeQueries({ type: "inactive" });
        void queries.invalidateQueries();
        void navigate("/");
      },
      onError: (error) => toast.error(describeError(error).text),
    }),
  );
  return (
    <Menu
      trigger={
        <button type="button" className="rounded-full" aria-label={`Account of ${me.name}`}>
          <Avatar id={me.id} name={me.name} />
        </button>
      }
    >
      <MenuLabel>
        Logged in as <b className="text-ink">{me.name}</b>
      </MenuLabel>
      <MenuItem onSelect={() => void navigate("/studio")}>
        <Clapperboard /> Studio
      </MenuItem>
      <MenuItem onSelect={() => void navigate("/lotteries")}>
        <Gift /> My lotteries
      </MenuItem>
      <MenuItem onSelect={() => void navigate("/account")}>
        <UserRound /> Account
      </MenuItem>
      {me.isAdministrator && (
        <MenuItem onSelect={() => void navigate("/ops")}>
          <Activity /> Operations
        </MenuItem>
      )}
      <MenuSeparator />
      <MenuItem onSelect={() => logout.mutate()}>
        <LogOut /> Log out
      </MenuItem>
    </Menu>
  );
}
