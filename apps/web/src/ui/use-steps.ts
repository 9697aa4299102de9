import { useEffect, useState } from 'react';

/**
 * Counts up to `last`, one step after each paint: a page that renders its parts one after another leaves a slow
 * phone able to scroll and tap in between.
 *
 * @param from `last` to render everything at once
 */
export function useSteps(from: number, last: number): number {
  const [step, setStep] = useState(from);
  useEffect(() => {
    const timer = setTimeout(() => setStep(Math.min(last, step + 1)));
    return () => clearTimeout(timer);
  }, [step, last]);
  return step;
}
