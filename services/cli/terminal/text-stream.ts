/** Where text for people goes: standard output or standard error. */
export interface TextStream {
  write(text: string): unknown
  readonly isTTY?: boolean
  readonly columns?: number | undefined
}
