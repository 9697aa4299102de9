import { useState, type FormEvent } from 'react';
import type { ApiError } from '../../api/api-error.ts';
import type { Schedule } from '../../api/trpc.ts';
import { Button } from '../../ui/button.tsx';
import { SelectField, TextField } from '../../ui/fields.tsx';
import { ErrorNote } from '../../ui/notes.tsx';
import { StatusPill } from '../../ui/status-pill.tsx';
import { formatInZone, localZone } from '../../words/format.ts';
import { KINDS, PURPOSES, SCHEDULES } from '../../words/status.ts';
import { timeZones } from '../../words/time-zones.ts';

export interface TimeTable {
  cron: string;
  timeZone: string;
}

const examples = [
  ['*/15 * * * *', 'Every 15 minutes'],
  ['0 * * * *', 'Every hour'],
  ['30 2 * * *', 'Every night at 2:30'],
  ['30 2 * * 0', 'Every Sunday at 2:30'],
] as const;

/** The schedule of a kind of run; the input is previewed before it is saved. */
export function ScheduleForm(props: {
  kind: Schedule['kind'];
  schedule: Schedule | undefined;
  /** Initial value of a new schedule. */
  zone: string | undefined;
  canEdit: boolean;
  /** The next times of the entered schedule; empty while unknown. */
  next: readonly string[];
  /** What is wrong with it. */
  problem: string | null;
  saveError: ApiError | null;
  isBusy: boolean;
  onTable: (table: TimeTable) => void;
  onSave: (table: TimeTable) => void;
  onPause: () => void;
  onResume: () => void;
}) {
  const { kind, schedule, canEdit } = props;
  const [table, setTable] = useState<TimeTable>({
    cron: schedule?.cron ?? '',
    timeZone: schedule?.timeZone ?? props.zone ?? localZone,
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
  const isNew = table.cron !== (schedule?.cron ?? '') || table.timeZone !== schedule?.timeZone;
  const next = isNew ? props.next : schedule.nextRunAt ? [schedule.nextRunAt] : [];
  const words = examples.find(([cron]) => cron === table.cron.trim())?.[1];
  return (
    <form onSubmit={save} aria-label={KINDS[kind]} className="flex flex-col gap-3 p-4 sm:p-5">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <h2 className="font-semibold">{KINDS[kind]}</h2>
        {schedule ? (
          <StatusPill look={SCHEDULES[schedule.state]} />
        ) : (
          <span className="text-sm text-muted">No schedule</span>
        )}
        <p className="basis-full text-sm text-muted">{PURPOSES[kind]}</p>
      </div>
      <TextField
        label="Schedule (cron)"
        name="cron"
        required
        disabled={!canEdit}
        spellCheck={false}
        maxLength={200}
        list={`${kind}-examples`}
        placeholder="for example 30 2 * * *"
        hint={words ?? 'Minute, hour, day of the month, month, day of the week.'}
        value={table.cron}
        onChange={(event) => change({ cron: event.target.value })}
      />
      <datalist id={`${kind}-examples`}>
        {examples.map(([cron, label]) => (
          <option key={cron} value={cron}>
            {label}
          </option>
        ))}
      </datalist>
      <SelectField
        label="Time zone"
        name="timeZone"
        disabled={!canEdit}
        value={table.timeZone}
        onChange={(event) => change({ timeZone: event.target.value })}
        choices={timeZones(table.timeZone)}
      />
      {props.problem !== null && isNew && !props.saveError && (
        <p className="text-sm text-bad" role="status">
          {props.problem}
        </p>
      )}
      {next.length > 0 && (
        <ul aria-label="Next runs" className="text-sm text-muted">
          {next.slice(0, 3).map((at) => (
            <li key={at}>Next: {formatInZone(at, table.timeZone)}</li>
          ))}
        </ul>
      )}
      {props.saveError && <ErrorNote error={props.saveError} />}
      {canEdit && (
        <div className="flex gap-2">
          <Button type="submit" isBusy={props.isBusy} disabled={!isNew || table.cron.trim() === ''}>
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
      )}
    </form>
  );
}
