import type { ReactNode } from 'react';
import { useClock } from '../../ui/now.ts';
import { phaseSentence } from '../../words/status.ts';
import type { Run } from '../../api/trpc.ts';
import { HelpLink } from '../../ui/help-link.tsx';
import type { HelpTopic } from '../../ui/help-topics.ts';
import { Icon } from '../../ui/icon.tsx';

/** Shown above a run that waits for a decision or for its store. */
export function RunBanner({ run, children }: { run: Run; children: ReactNode }) {
  const phase = useClock((now) => phaseSentence(run, now));
  if (run.action) {
    return (
      <Frame isUrgent title="This run needs a decision" help="decision" text={run.action.reason}>
        {children}
      </Frame>
    );
  }
  if (run.phase === 'paused') {
    return (
      <Frame title="The store is paused" help="paused" text={phase.replace(/^Paused: /, '')}>
        {children}
      </Frame>
    );
  }
  return null;
}

function Frame(props: {
  title: string;
  text: string;
  help: HelpTopic;
  isUrgent?: boolean;
  children: ReactNode;
}) {
  const colours = props.isUrgent ? 'border-bad bg-bad-soft' : 'border-wait bg-wait-soft';
  return (
    <section
      role={props.isUrgent ? 'alert' : 'status'}
      className={`flex flex-wrap items-center gap-x-6 gap-y-3 rounded-lg border px-4 py-3.5 sm:px-5 ${colours}`}
    >
      <div className="flex min-w-0 flex-1 basis-72 items-start gap-3">
        <Icon
          name={props.isUrgent ? 'alert' : 'pause'}
          className={`mt-0.5 size-5 ${props.isUrgent ? 'text-bad' : 'text-wait'}`}
        />
        <div>
          <div className="flex items-center gap-1">
            <h2 className="font-semibold">{props.title}</h2>
            <HelpLink topic={props.help} about={props.title} />
          </div>
          <p className="wrap-break-word">{props.text}</p>
        </div>
      </div>
      <div className="flex flex-wrap gap-2">{props.children}</div>
    </section>
  );
}
