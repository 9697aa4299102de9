import type { Store } from '../../api/trpc.ts';
import { Time } from '../../words/time.tsx';

/** How old what we have of a store is: when it was last asked for news, and last compared as a whole. */
export function Freshness({ freshness }: { freshness: Store['freshness'] }) {
  const { refreshedAt, verifiedSince, webhooks } = freshness;
  if (!refreshedAt) return <span className="text-muted">Not read to its end yet</span>;
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
