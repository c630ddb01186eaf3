let second = Number.NaN;
let prefix = '';

/** `2025-04-01T10:00:00.123Z`; the part that changes once a second is kept. */
export function startTime(ms: number): string {
  const whole = Math.floor(ms / 1000);
  if (whole !== second) {
    second = whole;
    prefix = new Date(whole * 1000).toISOString().slice(0, 20);
  }
  return `${prefix}${String(Math.floor(ms - whole * 1000)).padStart(3, '0')}Z`;
}
