import { NothingHere } from '../ui/nothing-here.tsx';

/** At an address of no page; within the shell, `NothingHere` alone. */
export function NotFoundPage() {
  return (
    <main>
      <NothingHere />
    </main>
  );
}
