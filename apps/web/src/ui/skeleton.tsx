/** A placeholder of the size of the later content. */
export function Skeleton({ className }: { className: string }) {
  return <div className={`animate-pulse rounded-md bg-sunken ${className}`} />;
}

export function PageSkeleton() {
  return (
    <div role="status" aria-busy="true" aria-label="Loading" className="flex flex-col gap-6">
      <Skeleton className="h-8 w-48" />
      <Skeleton className="h-40 w-full" />
      <Skeleton className="h-40 w-full" />
    </div>
  );
}
