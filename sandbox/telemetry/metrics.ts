// Counters and histograms in Prometheus' text format (docs: "Exposition formats").

/** Envoy's default histogram bounds. */
const bounds = [
  0.5, 1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000, 300_000, 600_000, 1_800_000,
  3_600_000,
] as const;

export class Counter {
  value = 0;
}

export class Histogram {
  /** Observations per bucket, the last one above every bound. */
  readonly counts: number[] = Array.from({ length: bounds.length + 1 }, () => 0);
  sum = 0;

  record(value: number): void {
    let bucket = 0;
    while (bucket < bounds.length && value > (bounds[bucket] ?? 0)) bucket += 1;
    this.counts[bucket] = (this.counts[bucket] ?? 0) + 1;
    this.sum += value;
  }
}

/** All series of one metric, by their labels as they are printed (`a="b",c="d"`). */
export class Family<Series extends Counter | Histogram> {
  readonly name: string;
  readonly #create: () => Series;
  readonly #series = new Map<string, Series>();

  constructor(name: string, create: () => Series) {
    this.name = name;
    this.#create = create;
  }

  at(labels: string): Series {
    let series = this.#series.get(labels);
    if (series === undefined) {
      series = this.#create();
      this.#series.set(labels, series);
    }
    return series;
  }

  /** Empty when nothing was recorded. */
  render(): string {
    if (this.#series.size === 0) return '';
    const lines: string[] = [];
    for (const [labels, series] of this.#series) {
      if (series instanceof Histogram) renderHistogram(this.name, labels, series, lines);
      else lines.push(`${this.name}{${labels}} ${series.value}`);
    }
    const type = [...this.#series.values()][0] instanceof Histogram ? 'histogram' : 'counter';
    return `# TYPE ${this.name} ${type}\n${lines.join('\n')}\n`;
  }
}

function renderHistogram(name: string, labels: string, { counts, sum }: Histogram, lines: string[]): void {
  let total = 0;
  for (const [index, count] of counts.entries()) {
    total += count;
    lines.push(`${name}_bucket{${labels},le="${bounds[index] ?? '+Inf'}"} ${total}`);
  }
  lines.push(`${name}_sum{${labels}} ${sum}`, `${name}_count{${labels}} ${total}`);
}

/** A label value between its quotes. */
export function escapeLabel(value: string): string {
  return value.replace(/[\\"\n]/g, (character) => (character === '\n' ? '\\n' : `\\${character}`));
}
