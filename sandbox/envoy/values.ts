// Value types that several of Envoy's messages share. Durations are protobuf JSON strings: "0s", "0.025s", "10s".

export type Duration = `${string}s`;

export type Metadata = {
  readonly filter_metadata: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
};

/** `percentage` of 10,000 or 1,000,000. */
export interface FractionalPercent {
  readonly numerator?: number;
  readonly denominator?: 'HUNDRED' | 'TEN_THOUSAND' | 'MILLION';
}

export interface RuntimeFractionalPercent {
  readonly default_value: FractionalPercent;
}
