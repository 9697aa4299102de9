import { readdirSync, readFileSync } from 'node:fs';

/** CPU time in microseconds; `NaN` without `/proc`. */
export type CpuMicroseconds = number;

/** Linux counts CPU time in hundredths of a second, whatever the kernel's own clock is. */
const MICROSECONDS_PER_TICK = 10_000;

interface Stat {
  parent: number;
  own: CpuMicroseconds;
  /** Of children that have ended. */
  ended: CpuMicroseconds;
}

/** CPU time of a process and its ended children. */
export function cpuOfProcess(pid: number | undefined): CpuMicroseconds {
  const stat = pid === undefined ? null : readStat(pid);
  return stat ? stat.own + stat.ended : Number.NaN;
}

/**
 * CPU time of a PostgreSQL server: the postmaster, every process it has, and those that ended.
 *
 * @param backend process id of one of its sessions
 */
export function cpuOfPostgres(backend: number): CpuMicroseconds {
  const postmaster = readStat(backend)?.parent;
  const total = cpuOfProcess(postmaster);
  if (Number.isNaN(total)) return total;
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => readStat(Number(name)))
    .filter((stat) => stat?.parent === postmaster)
    .reduce((sum, stat) => sum + (stat?.own ?? 0), total);
}

/** CPU time of all programs of this machine. */
export function cpuOfMachine(): CpuMicroseconds {
  try {
    const ticks = readFileSync('/proc/stat', 'utf8').split('\n')[0]?.trim().split(/\s+/) ?? [];
    // User, nice and system; idle and waiting for a disk are not counted.
    const [, user, nice, system] = ticks.map(Number);
    return ((user ?? 0) + (nice ?? 0) + (system ?? 0)) * MICROSECONDS_PER_TICK;
  } catch {
    return Number.NaN;
  }
}

/** Peak resident memory of a running process in MB; `NaN` without `/proc`. */
export function peakMegabytesOf(pid: number | undefined): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? Number.NaN) / 1024;
  } catch {
    return Number.NaN;
  }
}

function readStat(pid: number): Stat | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in brackets may contain anything; the numbers begin after it.
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const ticks = (index: number) => (fields[index] ?? 0) * MICROSECONDS_PER_TICK;
    return { parent: fields[1] ?? 0, own: ticks(11) + ticks(12), ended: ticks(13) + ticks(14) };
  } catch {
    return null;
  }
}
