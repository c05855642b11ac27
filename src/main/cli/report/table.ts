/** Rows as aligned columns, two spaces apart, each line indented by two; the last column is not padded. */
export function table(rows: readonly (readonly string[])[]): string {
  const columns = Math.max(0, ...rows.map((row) => row.length))
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  )
  return rows
    .map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd())
    .join('\n')
}

/** Of memory: `4.0 GB`, `37.1 MB`, `512 B` in powers of 1024, as `--memory` counts. */
export const bytes = (count: number): string => amount(count, 1024)

/** Of files: in powers of 1000, as the studio and most file managers count. */
export const fileSize = (count: number): string => amount(count, 1000)

function amount(count: number, step: 1000 | 1024): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB']
  let power = 0
  for (let rest = count; rest >= step && power < units.length - 1; rest /= step) power++
  return `${power === 0 ? count : (count / step ** power).toFixed(1)} ${units[power]}`
}
