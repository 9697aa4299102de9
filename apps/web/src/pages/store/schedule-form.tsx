import { useState, type FormEvent } from 'react';
import type { ApiError } from '../../api/api-error.ts';
import type { Schedule } from '../../api/trpc.ts';
import { Button } from '../../ui/button.tsx';
import { SelectField, TextField } from '../../ui/fields.tsx';
import { ErrorNote } from '../../ui/notes.tsx';
import { HelpLink } from '../../ui/help-link.tsx';
import { StatusPill } from '../../ui/status-pill.tsx';
import { formatInZone, localZone } from '../../words/format.ts';
import { KINDS, PURPOSES, SCHEDULES } from '../../words/status.ts';
import {
  cronOf,
  describeTiming,
  REPEATS,
  timingOf,
  WEEKDAYS,
  type Repeat,
  type Timing,
} from '../../words/schedule-words.ts';
import { timeZones } from '../../words/time-zones.ts';

export interface TimeTable {
  cron: string;
  timeZone: string;
}

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
    timeZone: schedule?.timeZone ?? props.zone ?? localZone(),
  });
  // Without a schedule nothing is chosen yet.
  const [timing, setTiming] = useState<Timing | null>(schedule ? timingOf(schedule.cron) : null);
  const change = (part: Partial<TimeTable>) => {
    const changed = { ...table, ...part };
    setTable(changed);
    props.onTable(changed);
  };
  const changeTiming = (part: Partial<Timing>) => {
    const before = timing ?? timingOf('');
    // Cron starts with what was chosen before.
    const changed = { ...before, cron: cronOf(before), ...part };
    setTiming(changed);
    change({ cron: cronOf(changed) });
  };
  const save = (event: FormEvent) => {
    event.preventDefault();
    props.onSave(table);
  };
  const isNew = table.cron !== (schedule?.cron ?? '') || table.timeZone !== schedule?.timeZone;
  const next = isNew ? props.next : schedule.nextRunAt ? [schedule.nextRunAt] : [];
  return (
    <form onSubmit={save} aria-label={KINDS[kind]} className="flex flex-col gap-3 p-4 sm:p-5">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <h2 className="font-semibold">{KINDS[kind]}</h2>
        <HelpLink topic="schedules" about={`${KINDS[kind]}, schedule`} />
        {schedule ? (
          <StatusPill look={SCHEDULES[schedule.state]} />
        ) : (
          <span className="text-sm text-muted">No schedule</span>
        )}
        <p className="basis-full text-sm text-muted">{PURPOSES[kind]}</p>
      </div>
      {canEdit ? (
        <>
          <TimingFields timing={timing} onChange={changeTiming} />
          <SelectField
            label="Time zone"
            name="timeZone"
            value={table.timeZone}
            onChange={(event) => change({ timeZone: event.target.value })}
            choices={timeZones(table.timeZone)}
          />
        </>
      ) : (
        timing && (
          <p>
            {describeTiming(timing)} ({table.timeZone})
          </p>
        )
      )}
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

function TimingFields(props: { timing: Timing | null; onChange: (part: Partial<Timing>) => void }) {
  const { timing, onChange } = props;
  const isTimed = timing?.repeat === 'day' || timing?.repeat === 'week';
  return (
    <>
      <SelectField
        label="Repeat"
        value={timing?.repeat ?? ''}
        onChange={({ target }) => isRepeat(target.value) && onChange({ repeat: target.value })}
        choices={[
          ...(timing ? [] : [{ value: '', label: 'Not scheduled' }]),
          ...Object.entries(REPEATS).map(([value, label]) => ({ value, label })),
        ]}
      />
      {timing?.repeat === 'week' && (
        <SelectField
          label="Day"
          value={String(timing.weekday)}
          onChange={({ target }) => onChange({ weekday: Number(target.value) })}
          choices={WEEKDAYS.map((label, day) => ({ value: String(day), label }))}
        />
      )}
      {isTimed && (
        <TextField
          label="Time"
          type="time"
          required
          value={timing.time}
          onChange={({ target }) => target.value !== '' && onChange({ time: target.value })}
        />
      )}
      {timing?.repeat === 'hour' && (
        <TextField
          label="Minutes past the hour"
          type="number"
          min={0}
          max={59}
          required
          value={Number(timing.time.slice(3))}
          onChange={({ target }) =>
            /^[0-5]?\d$/.test(target.value) &&
            onChange({ time: `00:${target.value.padStart(2, '0')}` })
          }
        />
      )}
      {timing?.repeat === 'cron' && (
        <TextField
          label="Schedule (cron)"
          name="cron"
          required
          spellCheck={false}
          maxLength={200}
          placeholder="for example 30 2 * * 1-5"
          hint="Minute, hour, day of the month, month, day of the week."
          value={timing.cron}
          onChange={({ target }) => onChange({ cron: target.value })}
        />
      )}
    </>
  );
}

const isRepeat = (value: string): value is Repeat => value in REPEATS;
