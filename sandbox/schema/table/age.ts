/** Kubernetes' short form of a span of milliseconds: `45s`, `5m30s`, `3h5m`, `12d` (apimachinery, HumanDuration). */
export function humanDuration(ms: number): string {
  // More than a second in the future is a clock that is wrong; less is rounding.
  if (ms <= -2000) return '<invalid>';
  if (ms < 0) return '0s';
  const seconds = Math.floor(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  const days = Math.floor(hours / 24);
  if (seconds < 120) return `${seconds}s`;
  if (minutes < 10) return two(minutes, 'm', seconds % 60, 's');
  if (minutes < 180) return `${minutes}m`;
  if (hours < 8) return two(hours, 'h', minutes % 60, 'm');
  if (hours < 48) return `${hours}h`;
  if (days < 8) return two(days, 'd', hours % 24, 'h');
  if (days < 730) return `${days}d`;
  const years = Math.floor(days / 365);
  return years < 8 ? two(years, 'y', days % 365, 'd') : `${years}y`;
}

/** The age of an RFC 3339 time; `<unknown>` when there is none. */
export const ageOf = (time: string | undefined, now: number): string =>
  time === undefined || time === '' ? '<unknown>' : humanDuration(now - Date.parse(time));

const two = (large: number, largeUnit: string, small: number, smallUnit: string): string =>
  `${large}${largeUnit}${small === 0 ? '' : `${small}${smallUnit}`}`;
