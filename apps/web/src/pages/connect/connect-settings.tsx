import type { FormEvent, ReactNode } from 'react';
import type { ApiError } from '../../api/api-error.ts';
import { PRESETS, type StoreChoices } from './connect-choices.ts';
import { Button } from '../../ui/button.tsx';
import { CheckField, ChoiceField, TextField } from '../../ui/fields.tsx';
import { ErrorNote } from '../../ui/notes.tsx';
import { timeZones } from '../../words/time-zones.ts';
import { textOf } from '../../ui/text-of.ts';
import { paceLabels } from '../../words/settings.ts';
import { roleOf, UsersField } from './users-field.tsx';

const presets = Object.entries(PRESETS).map(([value, label]) => ({ value, label }));

/** By the parameter names of the page's address. */
type Chosen = Record<'name' | 'pace' | 'schedules' | 'zone' | 'scope' | 'role' | 'guests', string>;

/** What is synced, how often and how fast. Every field has a default that suits most stores. */
export function SettingsForm(props: {
  choices: StoreChoices;
  /** Only for keys that WooCommerce creates. */
  hasScope: boolean;
  submitLabel: string;
  hint: ReactNode;
  error: ApiError | null;
  isBusy: boolean;
  /** Called on each change, for the page's address. */
  onChange: (chosen: Chosen) => void;
  onSubmit: (chosen: Chosen) => void;
}) {
  const { choices, hasScope, onChange, onSubmit } = props;
  const { roleFilter = 'all', pace = 'auto', guests } = choices.settings;
  return (
    <form
      className="flex flex-col gap-5"
      onChange={(event: FormEvent<HTMLFormElement>) =>
        onChange(readChoices(new FormData(event.currentTarget)))
      }
      onSubmit={(event: FormEvent<HTMLFormElement>) => {
        event.preventDefault();
        onSubmit(readChoices(new FormData(event.currentTarget)));
      }}
    >
      <div className="grid items-start gap-x-5 gap-y-4 sm:grid-cols-2">
        <TextField
          label="Name"
          name="name"
          required
          maxLength={200}
          defaultValue={choices.name}
          hint="The store’s name in Mantis Sync."
        />
        <div className="flex flex-col gap-4">
          <UsersField role={roleFilter} hint="Many stores keep customers under several roles." />
        </div>
        <ChoiceField
          label="Schedule"
          name="schedules"
          chosen={choices.schedules}
          choices={presets}
          hint="All except the last also compare every customer at night, to find deleted ones."
        />
        <ChoiceField
          label="Time zone"
          name="zone"
          chosen={choices.timeZone}
          choices={timeZones(choices.timeZone)}
          hint="Nightly runs follow this time zone."
        />
        <ChoiceField
          label="Pace"
          name="pace"
          chosen={pace}
          choices={Object.entries(paceLabels).map(([value, label]) => ({ value, label }))}
          hint="Automatic slows down when the store does."
        />
        {hasScope && (
          <ChoiceField
            label="Access"
            name="scope"
            chosen={choices.scope}
            choices={[
              { value: 'read_write', label: 'Read and write' },
              { value: 'read', label: 'Read only' },
            ]}
            hint="With write access, webhooks report changes immediately. Nothing else in the store is changed."
          />
        )}
        <div className="sm:col-span-2">
          <CheckField
            label="Include guests"
            name="guests"
            isChecked={guests === 'on'}
            hint="People who ordered without an account, taken from their orders."
          />
        </div>
      </div>
      {props.error && <ErrorNote error={props.error} />}
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <Button type="submit" kind="primary" isBusy={props.isBusy}>
          {props.submitLabel}
        </Button>
        <p className="min-w-0 flex-1 basis-60 text-sm text-muted">{props.hint}</p>
      </div>
    </form>
  );
}

function readChoices(form: FormData): Chosen {
  return {
    name: textOf(form, 'name'),
    pace: textOf(form, 'pace'),
    schedules: textOf(form, 'schedules'),
    zone: textOf(form, 'zone'),
    scope: textOf(form, 'scope'),
    role: roleOf(form),
    guests: form.has('guests') ? 'on' : 'off',
  };
}
