import type { Diagnosis, Store } from '../../api/trpc.ts';
import { Button } from '../../ui/button.tsx';
import { HelpLink } from '../../ui/help-link.tsx';
import { Icon, type IconName } from '../../ui/icon.tsx';

type Finding = Diagnosis['findings'][number];

const looks: Record<Finding['level'], { icon: IconName; word: string; className: string }> = {
  problem: { icon: 'cross', word: 'Problem', className: 'text-bad' },
  warning: { icon: 'alert', word: 'Warning', className: 'text-wait' },
  note: { icon: 'dot', word: 'Note', className: 'text-muted' },
  ok: { icon: 'check', word: 'Good', className: 'text-accent' },
};

/** The findings of a diagnosis, most severe first, each with a fix. */
export function Findings(props: {
  findings: readonly Finding[];
  /** Codes of dismissed warnings. */
  dismissed?: readonly string[];
  /** Set if the user may dismiss and restore warnings. */
  onDismiss?: (code: string, isDismissed: boolean) => void;
}) {
  const { findings, dismissed = [], onDismiss } = props;
  const levels = Object.keys(looks);
  const sorted = findings.toSorted((a, b) => levels.indexOf(a.level) - levels.indexOf(b.level));
  return (
    <ul className="flex flex-col divide-y divide-line" aria-label="Findings">
      {sorted.map(({ level, code, message, fix }) => {
        const isDismissed = level === 'warning' && dismissed.includes(code);
        const { icon, word, className } = looks[isDismissed ? 'note' : level];
        return (
          <li key={code} className="flex gap-3 py-2.5 first:pt-0 last:pb-0">
            <span className={`mt-0.5 ${className}`}>
              <Icon name={icon} />
              <span className="sr-only">{word}</span>
            </span>
            <span className="min-w-0 flex-1">
              <span className={`block ${isDismissed ? 'text-muted' : ''}`}>{message}</span>
              {fix !== null && <span className="block text-sm text-muted">{fix}</span>}
            </span>
            {(level === 'problem' || level === 'warning') && (
              <HelpLink topic="diagnosis" about={message} />
            )}
            {onDismiss && level === 'warning' && (
              <Button kind="quiet" onClick={() => onDismiss(code, !isDismissed)}>
                {isDismissed ? 'Show again' : 'Dismiss'}
              </Button>
            )}
          </li>
        );
      })}
    </ul>
  );
}

/** Number of findings that need attention, in words; null for none. */
export function attentionOf({
  diagnosis,
  dismissedFindings,
}: Pick<Store, 'diagnosis' | 'dismissedFindings'>): string | null {
  if (!diagnosis) return null;
  const { findings } = diagnosis;
  const problems = findings.filter(({ level }) => level === 'problem').length;
  const warnings = findings.filter(
    ({ level, code }) => level === 'warning' && !dismissedFindings.includes(code),
  ).length;
  if (problems > 0)
    return problems === 1
      ? 'The connection has a problem'
      : `The connection has ${problems} problems`;
  if (warnings > 0)
    return warnings === 1
      ? 'The connection has a warning'
      : `The connection has ${warnings} warnings`;
  return null;
}
