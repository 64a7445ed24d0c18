/** How to read a file. Everything has a default; what is left out is detected. */
export interface FeedOptions {
  /**
   * `wide`: one time column, one series per other numeric column. `long`: one row per series and time.
   * `rows`: one series a row, its name first. Default: `long` when `series` is given, a column called
   * series holds names, or a third of the times repeat and a column of names tells them apart; else `wide`.
   */
  readonly layout?: 'wide' | 'long' | 'rows'
  /**
   * Time column; `A+B` joins a date and a clock column, or a year and its month, with `+C` its day and so on; `row`: no usable time,
   * count rows from `start`. Default: by names and contents, `chooseTime`.
   */
  readonly time?: string
  /** Unit of numeric times. Default: by their magnitude. */
  readonly timeUnit?: 's' | 'ms' | 'us' | 'ns'
  /** Column with the series' names (long). */
  readonly series?: string
  /** Column with the values (long). Default: `value`, the only numeric column, or every numeric column as a channel. */
  readonly value?: string
  /** Columns that every event of their row carries beside its value; none of them is a series. */
  readonly covariates?: readonly string[]
  /** Duration such as `15m`, `1h`, `1d`, `1mo`: the spacing of counted rows; for others it replaces the detected cadence. */
  readonly cadence?: string
  /** Time of the first counted row. Default: 2000-01-01. */
  readonly start?: string
  /** Read 1/2/2010 as 1 February. Default: decided over the whole column, month first where nothing decides. */
  readonly dayFirst?: boolean
  /** Of CSV. Default: detected among comma, semicolon, tab and bar. */
  readonly delimiter?: string
  /** Of CSV. Default: UTF-8 where the bytes are valid UTF-8, else Latin-1. */
  readonly encoding?: 'utf-8' | 'latin1'
  /** Readings that are held in memory at most. Default: 50 million. */
  readonly readingsMax?: number
}

export const readingsMaxDefault = 50_000_000
