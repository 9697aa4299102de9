import { useState, type FormEvent } from 'react';
import type { ApiError } from '../../api/api-error.ts';
import { formatExact } from '../../words/format.ts';
import { KINDS, SCHEDULES } from '../../words/status.ts';
import type { Schedule } from '../../api/trpc.ts';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/fields.tsx';
import { ErrorNote } from '../../ui/notes.tsx';
import { StatusPill } from '../../ui/status-pill.tsx';

export interface TimeTable {
  cron: string;
  timeZone: string;
}

const purposes: Record<Schedule['kind'], string> = {
  full: 'Reads every customer of the store.',
  delta: 'Asks for what is new or active, and verifies a slice of the list.',
  reconcile: 'Compares every customer, and finds deletions.',
};

/** When runs of a kind start by themselves; what is typed is tried out before it is kept. */
export function ScheduleForm(props: {
  kind: Schedule['kind'];
  schedule: Schedule | undefined;
  /** The next times of the table that is typed; empty while they are not known. */
  next: readonly string[];
  tableError: ApiError | null;
  saveError: ApiError | null;
  isBusy: boolean;
  onTable: (table: TimeTable) => void;
  onSave: (table: TimeTable) => void;
  onPause: () => void;
  onResume: () => void;
}) {
  const { kind, schedule } = props;
  const [table, setTable] = useState<TimeTable>({
    cron: schedule?.cron ?? '',
    timeZone: schedule?.timeZone ?? new Intl.DateTimeFormat().resolvedOptions().timeZone,
  });
  const change = (part: Partial<TimeTable>) => {
    const changed = { ...table, ...part };
    setTable(changed);
    props.onTable(changed);
  };
  const save = (event: FormEvent) => {
    event.preventDefault();
    props.onSave(table);
  };
  const isNew = table.cron !== schedule?.cron || table.timeZone !== schedule.timeZone;
  const next = isNew ? props.next : schedule.nextRunAt ? [schedule.nextRunAt] : [];
  return (
    <form onSubmit={save} aria-label={KINDS[kind]} className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <h3 className="font-semibold">{KINDS[kind]}</h3>
        {schedule && <StatusPill look={SCHEDULES[schedule.state]} />}
        <p className="basis-full text-sm text-muted">{purposes[kind]}</p>
      </div>
      <div className="grid grid-cols-2 gap-3">
        <TextField
          label="Times (cron)"
          name="cron"
          required
          spellCheck={false}
          maxLength={200}
          placeholder="30 2 * * *"
          value={table.cron}
          onChange={(event) => change({ cron: event.target.value })}
        />
        <TextField
          label="Time zone"
          name="timeZone"
          required
          spellCheck={false}
          maxLength={64}
          value={table.timeZone}
          onChange={(event) => change({ timeZone: event.target.value })}
        />
      </div>
      {props.tableError && isNew ? (
        <p className="text-sm text-bad" role="status">
          {props.tableError.message}
        </p>
      ) : (
        next.length > 0 && (
          <p className="text-sm text-muted">
            Next: {next.slice(0, 3).map(formatExact).join(' · ')}
          </p>
        )
      )}
      {props.saveError && <ErrorNote error={props.saveError} />}
      <div className="flex gap-2">
        <Button type="submit" isBusy={props.isBusy} disabled={!isNew || table.cron === ''}>
          Save
        </Button>
        {schedule && (
          <Button
            kind="quiet"
            isBusy={props.isBusy}
            onClick={schedule.state === 'active' ? props.onPause : props.onResume}
          >
            {schedule.state === 'active' ? 'Pause' : 'Resume'}
          </Button>
        )}
      </div>
    </form>
  );
}
