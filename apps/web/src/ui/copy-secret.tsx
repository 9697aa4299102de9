import { useState } from 'react';
import { Button } from './button.tsx';

/** A text that is shown this once, to be copied. */
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
      {/* Browsers offer the clipboard to secure pages alone. */}
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
