import { lazy, Suspense, useState } from 'react';
import type { MenuProps } from './menu-panel.tsx';

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
