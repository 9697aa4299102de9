import type { Look } from '../../ui/look.ts';
import type { WebhookStatus } from '../../api/trpc.ts';
import { HelpLink } from '../../ui/help-link.tsx';
import { StatusPill } from '../../ui/status-pill.tsx';
import { Time } from '../../words/time.tsx';

const looks: Record<WebhookStatus['state'], Look> = {
  pending: { word: 'Setting up', tone: 'busy', icon: 'clock' },
  active: { word: 'Active', tone: 'good', icon: 'check' },
  refused: { word: 'Refused by the store', tone: 'bad', icon: 'cross' },
  off: { word: 'Off', tone: 'idle', icon: 'pause' },
};

/** The state of a store's webhooks. */
export function WebhookFacts({ status }: { status: WebhookStatus }) {
  return (
    <div className="flex flex-col gap-4">
      <div className="flex flex-wrap items-center gap-3">
        <StatusPill look={looks[status.state]} />
        {status.reason !== null && <p className="min-w-0 flex-1 basis-56">{status.reason}</p>}
        {status.state === 'refused' && (
          <HelpLink topic="webhooksDisabled" about="Refused or disabled webhooks" />
        )}
      </div>
      <dl className="flex flex-col">
        {status.topics.map(({ topic, status: state }) => (
          <Fact key={topic} label={topic}>
            {state}
          </Fact>
        ))}
        <Fact label="Last delivery">
          {status.lastDeliveryAt ? <Time at={status.lastDeliveryAt} /> : 'None yet'}
        </Fact>
        <Fact label="Last checked">
          {status.checkedAt ? <Time at={status.checkedAt} /> : 'Not yet'}
        </Fact>
        {status.gapSince && (
          <Fact label="Deliveries may have been missed since">
            <Time at={status.gapSince} />
          </Fact>
        )}
      </dl>
      {!status.isWanted && (
        <p className="text-muted">
          Changes are found by scheduled runs only. With webhooks, the store reports each change as
          it happens.
        </p>
      )}
    </div>
  );
}

function Fact({ label, children }: { label: string; children: React.ReactNode }) {
  return (
    <div className="flex justify-between gap-4 border-b border-line py-1.5 last:border-0">
      <dt className="min-w-0 wrap-break-word text-muted">{label}</dt>
      <dd className="text-right font-medium">{children}</dd>
    </div>
  );
}
