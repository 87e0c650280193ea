import { Component, type ReactNode } from "react";
import { Button } from "../ui/button.tsx";

interface ErrorBoundaryState {
  readonly failed: boolean;
}

/** Catches a fault of ours while drawing, so that it costs a page and not the whole app. */
export class ErrorBoundary extends Component<{ readonly children: ReactNode }, ErrorBoundaryState> {
  override readonly state: ErrorBoundaryState = { failed: false };

  static getDerivedStateFromError(): ErrorBoundaryState {
    return { failed: true };
  }

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children;
    return (
      <main className="grid min-h-dvh place-content-center justify-items-center gap-4 p-6 text-center">
        <h1 className="text-xl font-bold">This page broke</h1>
        <p className="max-w-sm text-sm text-soft">That is our fault. Loading it again usually helps.</p>
        <Button variant="primary" onClick={() => location.reload()}>
          Load again
        </Button>
      </main>
    );
  }
}
