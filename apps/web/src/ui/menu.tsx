import { lazy, Suspense, useState } from 'react';
import type { MenuProps } from './menu-panel.tsx';

const loadPanel = () => import('./menu-panel.tsx');
const MenuPanel = lazy(async () => ({ default: (await loadPanel()).MenuPanel }));

/**
 * A button with a menu. The menu's code is large, so it is loaded when the pointer or focus comes near, and
 * replaces the button on the first click.
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
