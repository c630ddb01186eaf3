// Schedules of CronJobs, read as github.com/robfig/cron does it for Kubernetes, with its words for what is wrong.

interface Bounds {
  readonly min: number;
  readonly max: number;
  readonly names?: readonly string[];
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const days = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

const fieldBounds: readonly Bounds[] = [
  { min: 0, max: 59 },
  { min: 0, max: 23 },
  { min: 1, max: 31 },
  { min: 1, max: 12, names: months },
  { min: 0, max: 6, names: days },
];

/** Why it is none, or undefined. */
export function scheduleMistake(schedule: string): string | undefined {
  try {
    readSchedule(schedule);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

function readSchedule(schedule: string): void {
  if (schedule === '') throw new Error('empty spec string');
  const zone = /^(?:CRON_)?TZ=(\S*)\s*/u.exec(schedule);
  if (zone !== null) checkZone(zone[1] ?? '');
  const spec = schedule.slice(zone?.[0].length ?? 0).trim();
  if (spec.startsWith('@')) {
    readDescriptor(spec);
    return;
  }
  const fields = spec.split(/\s+/u).filter((field) => field !== '');
  if (fields.length !== fieldBounds.length)
    throw new Error(`expected exactly 5 fields, found ${fields.length}: [${fields.join(' ')}]`);
  for (const [at, bounds] of fieldBounds.entries()) {
    for (const range of (fields[at] ?? '').split(',').filter((each) => each !== '')) readRange(range, bounds);
  }
}

export const isTimeZone = (name: string): boolean => {
  try {
    Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
};

function checkZone(name: string): void {
  if (!isTimeZone(name)) throw new Error(`provided bad location ${name}: unknown time zone ${name}`);
}

const descriptors = new Set([
  '@yearly',
  '@annually',
  '@monthly',
  '@weekly',
  '@daily',
  '@midnight',
  '@hourly',
]);

function readDescriptor(spec: string): void {
  if (descriptors.has(spec)) return;
  const every = /^@every (.*)$/u.exec(spec)?.[1];
  if (every === undefined) throw new Error(`unrecognized descriptor: ${spec}`);
  if (!/^[+-]?(?:0|(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|ms|s|m|h))+$/u.test(every))
    throw new Error(`failed to parse duration ${spec}: time: invalid duration ${JSON.stringify(every)}`);
}

function readRange(text: string, { min, max, names }: Bounds): void {
  const [range = '', stepText, ...moreSlashes] = text.split('/');
  const [low = '', high, ...moreHyphens] = range.split('-');
  let start = min;
  let end = max;
  if (low !== '*' && low !== '?') {
    start = readNumber(low, names, min);
    if (moreHyphens.length > 0) throw new Error(`too many hyphens: ${text}`);
    end = high === undefined ? start : readNumber(high, names, min);
  }
  if (moreSlashes.length > 0) throw new Error(`too many slashes: ${text}`);
  const step = stepText === undefined ? 1 : readNumber(stepText);
  // One number with a step goes on to the last there is.
  if (stepText !== undefined && high === undefined) end = max;
  if (start < min) throw new Error(`beginning of range (${start}) below minimum (${min}): ${text}`);
  if (end > max) throw new Error(`end of range (${end}) above maximum (${max}): ${text}`);
  if (start > end) throw new Error(`beginning of range (${start}) beyond end of range (${end}): ${text}`);
  if (step === 0) throw new Error(`step of range should be a positive number: ${text}`);
}

function readNumber(text: string, names: readonly string[] = [], first = 0): number {
  const named = names.indexOf(text.toLowerCase());
  if (named !== -1) return named + first;
  if (!/^[+-]?\d+$/u.test(text))
    throw new Error(
      `failed to parse int from ${text}: strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`,
    );
  const value = Number(text);
  if (value < 0) throw new Error(`negative number (${value}) not allowed: ${text}`);
  return value;
}
