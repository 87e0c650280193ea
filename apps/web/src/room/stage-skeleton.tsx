import { Skeleton } from "../ui/skeleton.tsx";

interface StageSkeletonProps {
  /** What is being loaded, for those who don't see it. */
  readonly label: string;
  /** Something can be said below the chat. */
  readonly hasComposer: boolean;
}

/** Where stage and chat will be. */
export function StageSkeleton({ label, hasComposer }: StageSkeletonProps) {
  return (
    <main
      id="main"
      aria-busy
      className="grid h-[calc(100dvh-var(--top))] grid-cols-[minmax(0,1fr)] gap-0 lg:grid-cols-[minmax(0,1fr)_24rem]"
    >
      <span className="sr-only">{label}</span>
      <Skeleton className="w-full rounded-none max-lg:aspect-video max-lg:max-h-[38dvh]" />
      <div className="grid content-end gap-3 p-4 max-lg:h-full">
        {["72%", "48%", "86%", "60%", "40%", "76%"].map((width) => (
          <div key={width} style={{ width }}>
            <Skeleton className="h-4" />
          </div>
        ))}
        {hasComposer && <Skeleton className="mt-3 h-12" />}
      </div>
    </main>
  );
}
