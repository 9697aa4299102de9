import { lazy, Suspense, useState, type ReactNode } from 'react';

export interface MenuSection {
  /** Tells the sections of a menu apart. */
  name: string;
  title?: ReactNode;
  /** Where one of the items is chosen: its value, or else its label. */
  chosen?: string;
  items: {
    label: string;
    /** Tells items of one label apart. */
    value?: string;
    onSelect: () => void;
    isDanger?: boolean;
  }[];
}

export interface MenuProps {
  /** Read out and shown on hover. */
  label: string;
  /** What the button shows, and how. */
  button: ReactNode;
  buttonClassName: string;
  sections: readonly MenuSection[];
}

const loadPanel = () => import('./menu-panel.tsx');
const MenuPanel = lazy(async () => ({ default: (await loadPanel()).MenuPanel }));

/**
 * A button with a menu. What shows the menu is a good part of the page's code, so it is fetched when
 * somebody comes near, and stands in the button's place from the first click on.
 */
export function Menu(props: MenuProps) {
  const [isWanted, setIsWanted] = useState(false);
  const prepare = () => void loadPanel();
  const plain = (
    <button
      type="button"
      aria-haspopup="menu"
      aria-expanded="false"
      aria-label={props.label}
      title={props.label}
      className={props.buttonClassName}
      onPointerEnter={prepare}
      onFocus={prepare}
      onClick={() => setIsWanted(true)}
    >
      {props.button}
    </button>
  );
  if (!isWanted) return plain;
  return (
    <Suspense fallback={plain}>
      <MenuPanel {...props} />
    </Suspense>
  );
}
