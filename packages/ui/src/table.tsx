import type { ComponentChildren, VNode } from 'preact'

/** Position of a cell on phones, which show a row as two lines: `lead` and `figure` above, `meta` and `note` below. */
type PhonePlace = 'lead' | 'figure' | 'meta' | 'note'

export interface Column<Row> {
  header: string
  cell: (row: Row) => ComponentChildren
  /** Right-aligned, in tabular figures. */
  numeric?: boolean | undefined
  /** This column names its row. */
  rowHeader?: boolean | undefined
  /** Set it for every column to get two-line rows on phones. Without it the table scrolls sideways there. */
  phone?: PhonePlace | undefined
  /** Shows the header before the cell on phones, which hide the header row. Default: for a note. */
  phoneLabel?: boolean | undefined
}

interface DataTableProps<Row> {
  caption: string
  /** Shows the caption to screen readers only, when a heading has the same text. */
  captionHidden?: boolean | undefined
  columns: Column<Row>[]
  rows: readonly Row[]
  /** Shown when there are no rows. */
  emptyText?: string | undefined
}

/** A table with a caption. */
export function DataTable<Row>({ caption, captionHidden, columns, rows, emptyText }: DataTableProps<Row>): VNode {
  if (rows.length === 0) return <p class="empty">{emptyText}</p>
  const stacks = columns.some((column) => column.phone !== undefined)
  // Some browsers drop the roles of a table with another CSS layout, so it sets them explicitly.
  const role: RoleOf = (name) => (stacks ? name : undefined)
  const table = (
    <table role={role('table')} class={stacks ? 'table table-stacks' : 'table'}>
      <caption class={captionHidden ? 'visually-hidden' : undefined}>{caption}</caption>
      <thead role={role('rowgroup')}>
        <tr role={role('row')}>
          {columns.map((column) => (
            <th
              key={column.header}
              role={role('columnheader')}
              scope="col"
              class={column.numeric ? 'numeric' : undefined}
            >
              {column.header}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role={role('rowgroup')}>
        {rows.map((row, index) => (
          <tr key={index} role={role('row')}>
            {columns.map((column) => (
              <Cell key={column.header} column={column} row={row} role={role} />
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
  if (stacks) return table
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for form fields, and this is not a landmark
    // biome-ignore lint/a11y/noNoninteractiveTabindex: keyboard users must be able to scroll it
    <section class="table-scroll" role="group" tabIndex={0} aria-label={caption}>
      {table}
    </section>
  )
}

type TableRole = 'table' | 'rowgroup' | 'row' | 'columnheader' | 'rowheader' | 'cell'
type RoleOf = (name: TableRole) => TableRole | undefined

function Cell<Row>({ column, row, role }: { column: Column<Row>; row: Row; role: RoleOf }): VNode {
  const names = [column.numeric && 'numeric', column.phone && `phone-${column.phone}`].filter(Boolean)
  const common = {
    class: names.length > 0 ? names.join(' ') : undefined,
    'data-label': (column.phoneLabel ?? column.phone === 'note') ? column.header : undefined,
  }
  return column.rowHeader ? (
    <th scope="row" role={role('rowheader')} {...common}>
      {column.cell(row)}
    </th>
  ) : (
    <td role={role('cell')} {...common}>
      {column.cell(row)}
    </td>
  )
}

interface PagerProps {
  /** Accessible name, for example `Entries`. */
  label: string
  newerHref?: string | undefined
  olderHref?: string | undefined
}

/** Links to the previous and next page. Renders nothing for a single page. */
export function Pager({ label, newerHref, olderHref }: PagerProps): VNode | null {
  if (newerHref === undefined && olderHref === undefined) return null
  return (
    <nav class="pager" aria-label={`${label}: more pages`}>
      {newerHref !== undefined && (
        <a class="button button-secondary" rel="prev" href={newerHref}>
          Newer
        </a>
      )}
      {olderHref !== undefined && (
        <a class="button button-secondary pager-older" rel="next" href={olderHref}>
          Older
        </a>
      )}
    </nav>
  )
}
