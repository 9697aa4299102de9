import { HELP_TOPICS, type HelpTopic } from './help-topics.ts';
import { Icon } from './icon.tsx';

/** Leads to the section of the documents about this, in a tab of its own: nothing typed here is lost. */
export function HelpLink({ topic, about }: { topic: HelpTopic; about: string }) {
  const label = `Help: ${about}`;
  return (
    <a
      href={`/help/${HELP_TOPICS[topic]}`}
      target="_blank"
      rel="noreferrer"
      aria-label={label}
      title={label}
      data-help={topic}
      className="grid size-6 shrink-0 place-items-center rounded-sm text-muted hover:text-ink print:hidden"
    >
      <Icon name="help" />
    </a>
  );
}
