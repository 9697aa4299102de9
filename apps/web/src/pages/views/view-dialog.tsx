import { useId, useState } from 'react';
import { FormDialog } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/fields.tsx';

/** Names a view. The name of another view replaces that one. */
export function ViewDialog(props: {
  /** The present name, of a view that has one. */
  name: string | undefined;
  /** Of all views of the list. */
  names: readonly string[];
  onClose: () => void;
  onSave: (name: string) => void;
}) {
  const id = useId();
  const [typed, setTyped] = useState(props.name ?? '');
  const name = typed.trim();
  const isOther = name !== props.name && props.names.includes(name);
  const label = props.name === undefined ? 'Save view' : 'Rename view';
  return (
    <FormDialog
      title={label}
      submitLabel={isOther ? 'Replace view' : label}
      error={null}
      isBusy={false}
      isDisabled={name === ''}
      onClose={props.onClose}
      onSubmit={() => {
        props.onSave(name);
        props.onClose();
      }}
    >
      <TextField
        label="Name"
        list={id}
        autoComplete="off"
        maxLength={60}
        value={typed}
        onChange={({ currentTarget }) => setTyped(currentTarget.value)}
        hint={
          isOther
            ? `Replaces the filters and the order of “${name}”.`
            : 'Keeps the filters and the order, for you, in this browser.'
        }
      />
      <datalist id={id}>
        {props.names.map((each) => (
          <option key={each} value={each} />
        ))}
      </datalist>
    </FormDialog>
  );
}
