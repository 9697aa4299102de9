import { execFile } from 'node:child_process';
import { readFile, readlink, realpath } from 'node:fs/promises';
import { promisify } from 'node:util';

/** What the postmaster.pid of a data directory says about its server. */
interface NamedProcess {
  pid: number;
  /** The data directory. */
  directory: string;
  /** Seconds since 1970. */
  startedAt: number;
}

interface FoundProcess {
  command: string;
  /** Seconds since 1970. */
  startedAt: number;
}

/** The file is written a moment after the process starts, and the clock may be corrected later. */
const CLOCK_TOLERANCE_S = 5;
const TICKS_PER_SECOND = 100;

/**
 * Whether a process is the server of this data directory. A process id alone proves nothing: after a power
 * cut it may belong to another PostgreSQL. On Linux the working directory of a server is its data
 * directory; where that cannot be read, the start time must match.
 */
export async function identifyProcess(
  named: NamedProcess,
): Promise<'ours' | 'not ours' | 'unknown'> {
  const found = await findProcess(named.pid);
  if (!found?.command.includes('postgres')) return 'not ours';
  const workingDirectory = await readlink(`/proc/${named.pid}/cwd`).catch(() => undefined);
  if (workingDirectory !== undefined) {
    return workingDirectory === (await realpath(named.directory)) ? 'ours' : 'not ours';
  }
  return Math.abs(found.startedAt - named.startedAt) <= CLOCK_TOLERANCE_S ? 'ours' : 'unknown';
}

/** A running process; a zombie that its parent has not reaped counts as gone. */
async function findProcess(pid: number): Promise<FoundProcess | undefined> {
  if (process.platform === 'linux') return readProc(pid);
  const [program, ...args] =
    process.platform === 'win32' ? askWindows(pid) : ['ps', '-p', `${pid}`, '-o', PS_COLUMNS];
  const { stdout } = await promisify(execFile)(program as string, args, {
    env: { ...process.env, LC_ALL: 'C' },
  }).catch(() => ({ stdout: '' }));
  // For example "Ss  Sun Nov 29 16:49:26 2026 postgres".
  const [, state, start, command] = /^(\S+)\s+(.*\d{4})\s+(.*)/.exec(stdout.trim()) ?? [];
  if (!state || !start || !command || state.startsWith('Z')) return undefined;
  return { command, startedAt: Date.parse(start) / 1_000 };
}

const PS_COLUMNS = 'stat=,lstart=,comm=';

const askWindows = (pid: number) => [
  'powershell',
  '-NoProfile',
  '-Command',
  `Get-Process -Id ${pid} | ForEach-Object { "R " + $_.StartTime.ToString("MMM dd HH:mm:ss yyyy") + " " + $_.ProcessName }`,
];

async function readProc(pid: number): Promise<FoundProcess | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const [, command, rest] = /\((.*)\) (.*)/s.exec(stat) ?? [];
  const [state = 'X', ...fields] = rest?.split(' ') ?? [];
  if (command === undefined || /[ZX]/.test(state)) return undefined;
  const bootedAt = Number(/^btime (\d+)/m.exec(await readFile('/proc/stat', 'utf8'))?.[1]);
  // Field 22 of the file; the state is field 3.
  return { command, startedAt: bootedAt + Number(fields[18]) / TICKS_PER_SECOND };
}
