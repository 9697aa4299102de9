import { DropdownMenu } from 'radix-ui';
import { Fragment, type ReactNode } from 'react';
import { Icon } from './icon.tsx';

export interface MenuSection {
  /** Identifies the sections of a menu. */
  name: string;
  title?: ReactNode;
  /** Set if one item is chosen: its value, or its label. */
  chosen?: string;
  items: {
    label: string;
    /** Distinguishes items with the same label. */
    value?: string;
    onSelect: () => void;
    isDanger?: boolean;
    /** Set for items that are switched on and off; the menu stays open. */
    isChecked?: boolean;
  }[];
}

export interface MenuProps {
  /** Read out, and shown on hover. */
  label: string;
  /** Content and style of the button. */
  button: ReactNode;
  buttonClassName: string;
  sections: readonly MenuSection[];
}

const itemStyle =
  'flex cursor-pointer items-center gap-2 rounded-md px-2.5 py-1.5 outline-none select-none data-highlighted:bg-sunken';

/** The menu; created on the first click. Not modal: that would need an inline style sheet. */
export function MenuPanel(props: MenuProps) {
  return (
    <DropdownMenu.Root modal={false} defaultOpen>
      <DropdownMenu.Trigger
        aria-label={props.label}
        title={props.label}
        className={props.buttonClassName}
      >
        {props.button}
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align="end"
          sideOffset={6}
          collisionPadding={8}
          className="z-30 min-w-52 rounded-lg border border-line bg-surface p-1.5 shadow-raised"
        >
          {props.sections.map((section, index) => (
            <Fragment key={section.name}>
              {index > 0 && <DropdownMenu.Separator className="my-1 h-px bg-line" />}
              {section.title && (
                <DropdownMenu.Label className="px-2.5 py-1 text-sm text-muted">
                  {section.title}
                </DropdownMenu.Label>
              )}
              {section.chosen === undefined ? <Items {...section} /> : <Choices {...section} />}
            </Fragment>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

function Items({ items }: MenuSection) {
  return items.map(({ label, onSelect, isDanger, isChecked }) =>
    isChecked !== undefined ? (
      <DropdownMenu.CheckboxItem
        key={label}
        checked={isChecked}
        onCheckedChange={onSelect}
        onSelect={(event) => event.preventDefault()}
        className={itemStyle}
      >
        <Mark />
        {label}
      </DropdownMenu.CheckboxItem>
    ) : (
      <DropdownMenu.Item
        key={label}
        onSelect={onSelect}
        className={isDanger ? `${itemStyle} text-bad` : itemStyle}
      >
        {label}
      </DropdownMenu.Item>
    ),
  );
}

/** Of a chosen item. */
function Mark() {
  return (
    <span className="size-4">
      <DropdownMenu.ItemIndicator>
        <Icon name="check" />
      </DropdownMenu.ItemIndicator>
    </span>
  );
}

function Choices({ chosen, items }: MenuSection) {
  return (
    <DropdownMenu.RadioGroup value={chosen ?? ''}>
      {items.map(({ label, value = label, onSelect }) => (
        <DropdownMenu.RadioItem key={value} value={value} onSelect={onSelect} className={itemStyle}>
          <Mark />
          {label}
        </DropdownMenu.RadioItem>
      ))}
    </DropdownMenu.RadioGroup>
  );
}
