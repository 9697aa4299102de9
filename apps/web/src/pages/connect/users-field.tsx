import { useState } from 'react';
import { ChoiceField, TextField } from '../../ui/fields.tsx';
import { textOf } from '../../ui/text-of.ts';
import { roleLabels } from '../../words/settings.ts';

const OTHER = 'other';

/** Which WordPress users are synced: all, customers, or those with another role. */
export function UsersField({ role, hint }: { role: string; hint: string }) {
  const [chosen, setChosen] = useState(role in roleLabels ? role : OTHER);
  return (
    <>
      <ChoiceField
        label="Users"
        name="users"
        chosen={chosen}
        choices={[
          ...Object.entries(roleLabels).map(([value, label]) => ({ value, label })),
          { value: OTHER, label: 'Users with another role' },
        ]}
        hint={hint}
        onChoose={setChosen}
      />
      {chosen === OTHER && (
        <TextField
          label="Role"
          name="role"
          required
          pattern="[a-z0-9_\-]{1,60}"
          title="Lower-case letters, digits, - and _"
          spellCheck={false}
          autoCapitalize="off"
          placeholder="wholesale_customer"
          defaultValue={role in roleLabels ? '' : role}
          hint="The role’s name in WordPress."
        />
      )}
    </>
  );
}

/** The role filter that the field of a form holds. */
export function roleOf(form: FormData): string {
  const users = textOf(form, 'users');
  return users === OTHER ? textOf(form, 'role') : users;
}
