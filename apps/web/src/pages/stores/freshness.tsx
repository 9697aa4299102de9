import type { Store } from '../../api/trpc.ts';
import { Time } from '../../words/time.tsx';

/** How old the data of a store is: when it was last checked for changes, and last compared completely. */
export function Freshness({ freshness }: { freshness: Store['freshness'] }) {
  const { refreshedAt, verifiedSince, webhooks } = freshness;
  if (!refreshedAt) return <span className="text-muted">Not synced completely yet</span>;
  const isLive = webhooks?.state === 'active' && webhooks.gapSince === null;
  return (
    <span className="flex flex-col" title={freshness.text}>
      <span>
        <Time at={refreshedAt} />
        {isLive && <span className="text-muted"> + webhooks</span>}
      </span>
      {verifiedSince && (
        <span className="text-sm text-muted">
          all compared <Time at={verifiedSince} />
        </span>
      )}
    </span>
  );
}
