// Prometheus metrics: names begin with huiyin_, units are base units and stand in the name.
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";
import { assert } from "../kernel/assert.ts";

type Description<Label extends string> = Readonly<{ name: string; help: string; labels?: readonly Label[] }>;

export type Metrics = Readonly<{
  /** Something that only grows; the name ends in _total. */
  counter<Label extends string = never>(description: Description<Label>): Counter<Label>;
  /** A level. `collect` is called whenever the metrics are read. */
  gauge<Label extends string = never>(
    description: Description<Label> & { collect?: (this: Gauge<Label>) => void | Promise<void> },
  ): Gauge<Label>;
  /** A distribution, by default of durations; the name then ends in _seconds. */
  histogram<Label extends string = never>(
    description: Description<Label> & { buckets?: readonly number[] },
  ): Histogram<Label>;
  /** The text that Prometheus reads. */
  text(): Promise<string>;
  contentType: string;
}>;

const secondsBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** A registry of its own, so that two platforms in one process (tests) do not share numbers. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: "huiyin_" });
  const common = <Label extends string>({ name, help, labels = [] }: Description<Label>) => {
    assert(/^huiyin_[a-z0-9]+(_[a-z0-9]+)*$/.test(name), `metric name ${name}`);
    return { name, help, labelNames: labels, registers: [registry] };
  };
  return {
    counter: (description) => {
      assert(description.name.endsWith("_total"), `a counter ends in _total: ${description.name}`);
      return new Counter(common(description));
    },
    gauge: ({ collect, ...description }) =>
      new Gauge({ ...common(description), ...(collect && { collect }) }),
    histogram: ({ buckets = secondsBuckets, ...description }) =>
      new Histogram({ ...common(description), buckets: [...buckets] }),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}
