import { Button } from "../ui/button.tsx";
import { Logo } from "../ui/logo.tsx";

/** When not even the configuration could be had. */
export function StartFailure() {
  return (
    <main className="grid min-h-dvh place-content-center justify-items-center gap-4 p-6 text-center">
      <Logo />
      <h1 className="text-xl font-bold">Barrage could not start</h1>
      <p className="max-w-sm text-sm text-soft">
        Its server gave no answer. Check your connection; if it persists, the server may be down.
      </p>
      <Button variant="primary" onClick={() => location.reload()}>
        Try again
      </Button>
    </main>
  );
}
