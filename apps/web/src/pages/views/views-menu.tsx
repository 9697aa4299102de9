import * as v from 'valibot';
import { lazy, Suspense, useState } from 'react';
import { Icon } from '../../ui/icon.tsx';
import { Menu } from '../../ui/menu.tsx';
import { keyOfSearch, useSavedViews, type SearchSchema } from './saved-views.ts';

const ViewDialog = lazy(async () => ({ default: (await import('./view-dialog.tsx')).ViewDialog }));

/** Chooses, saves, renames and deletes the views of a list. The address says which one is shown. */
export function ViewsMenu<Search extends object>(props: {
  list: 'customers' | 'runs' | 'stores';
  schema: SearchSchema<Search>;
  search: Search;
  /** The name of the view without filters. */
  all: string;
  onChoose: (search: Search) => void;
  className: string;
}) {
  const { schema, search, onChoose } = props;
  const { views, save, remove } = useSavedViews(props.list, schema);
  const [isNaming, setIsNaming] = useState(false);
  const keyOf = (each: unknown) => keyOfSearch(schema, each);
  const shown = keyOf(search);
  const none = keyOf({});
  const view = views.find((each) => keyOf(each.search) === shown);
  return (
    <>
      <Menu
        label={view ? `View: ${view.name}` : 'Views'}
        buttonClassName={`inline-flex min-w-0 items-center justify-between gap-1.5 rounded-md border bg-surface px-3 font-medium hover:bg-sunken ${view ? 'border-accent' : 'border-line-strong'} ${props.className}`}
        button={
          <>
            <span className="max-w-44 truncate">{view?.name ?? 'Views'}</span>
            <Icon name="chevron" className="size-3.5 shrink-0 text-muted" />
          </>
        }
        sections={[
          {
            name: 'views',
            title: titleOf(views.length > 0, shown === none),
            chosen: shown,
            items: [
              { label: props.all, value: none, onSelect: () => onChoose(v.parse(schema, {})) },
              ...views.map((each) => ({
                label: each.name,
                value: keyOf(each.search),
                onSelect: () => onChoose(each.search),
              })),
            ],
          },
          ...(shown === none
            ? []
            : [
                {
                  name: 'change',
                  items: view
                    ? [
                        { label: 'Rename view…', onSelect: () => setIsNaming(true) },
                        {
                          label: 'Delete view',
                          isDanger: true,
                          onSelect: () => remove(view.name),
                        },
                      ]
                    : [{ label: 'Save view…', onSelect: () => setIsNaming(true) }],
                },
              ]),
        ]}
      />
      <Suspense fallback={null}>
        {isNaming && (
          <ViewDialog
            name={view?.name}
            names={views.map(({ name }) => name)}
            onClose={() => setIsNaming(false)}
            onSave={(name) => save({ name, search: v.parse(schema, search) })}
          />
        )}
      </Suspense>
    </>
  );
}

function titleOf(hasViews: boolean, isAll: boolean): string | null {
  if (hasViews) return 'Saved in this browser';
  return isAll ? 'Choose filters to save them here' : null;
}
