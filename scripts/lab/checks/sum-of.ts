// Counters in Prometheus' text format.
// https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format

/** The sum of a counter over all of its series that have the labels. */
export const sumOf = (text: string, name: string, labels: Readonly<Record<string, string>>): number =>
  text
    .split('\n')
    .filter((line) => line.startsWith(`${name}{`) && hasLabels(line, labels))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);

const hasLabels = (line: string, labels: Readonly<Record<string, string>>): boolean =>
  Object.entries(labels).every(([label, value]) =>
    // code="200" is not to be found in response_code="200".
    ['{', ','].some((before) => line.includes(`${before}${label}="${value}"`)),
  );
