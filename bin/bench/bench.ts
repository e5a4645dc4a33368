/** One line of the table of figures. */
export type Figure = {
  work: string;
  against: string;
  /** What was measured, with its unit. */
  measured: string;
  /** What it has to be; empty where nothing is asked for. */
  wanted: string;
  reached: boolean;
};

/** Measures one kind of work; several figures may come out of one run. */
export type Bench = { name: string; run(): Promise<Figure[]> };
