import { useState } from 'react';
import { Button } from './button.tsx';

/** A secret that is shown only once, with a copy button. */
export function CopySecret({ value }: { value: string }) {
  const [isCopied, setIsCopied] = useState(false);
  async function copy(): Promise<void> {
    await navigator.clipboard.writeText(value);
    setIsCopied(true);
  }
  return (
    <>
      <output className="rounded-md bg-sunken px-3 py-2.5 font-mono wrap-anywhere select-all">
        {value}
      </output>
      {/* Browsers provide the clipboard to secure pages only. */}
      {isSecureContext && (
        <Button
          icon={isCopied ? 'check' : 'copy'}
          onClick={() => void copy()}
          className="self-start"
        >
          {isCopied ? 'Copied' : 'Copy'}
        </Button>
      )}
    </>
  );
}
