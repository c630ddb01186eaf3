let second = Number.NaN;
let text = '';

/** IMF-fixdate (RFC 9110 §5.6.7), made once a second. */
export function httpDate(ms: number): string {
  const whole = Math.floor(ms / 1000);
  if (whole !== second) {
    second = whole;
    text = new Date(whole * 1000).toUTCString();
  }
  return text;
}
