import type { ComponentChildren, VNode } from 'preact'

/** Where a cell stands when a phone shows a row as two lines: `lead` and `figure` above, `meta` and `note` below. */
type PhonePlace = 'lead' | 'figure' | 'meta' | 'note'

export interface Column<Row> {
  header: string
  cell: (row: Row) => ComponentChildren
  /** Right-aligned, in figures of equal width. */
  numeric?: boolean | undefined
  /** This column names its row. */
  rowHeader?: boolean | undefined
  /** Give every column a place to have two-line rows on phones; without any the table scrolls sideways there. */
  phone?: PhonePlace | undefined
  /** Whether the header stands before the cell on phones, where no header is in sight. Default: before a note. */
  phoneLabel?: boolean | undefined
}

export interface DataTableProps<Row> {
  caption: string
  /** For a screen reader only, where the heading above says the same. */
  captionHidden?: boolean | undefined
  columns: Column<Row>[]
  rows: readonly Row[]
  /** Said instead of the table when there are no rows. */
  emptyText: string
}

/** Rows of one kind, under a caption. */
export function DataTable<Row>({ caption, captionHidden, columns, rows, emptyText }: DataTableProps<Row>): VNode {
  if (rows.length === 0) return <p class="empty">{emptyText}</p>
  const stacks = columns.some((column) => column.phone !== undefined)
  // A layout other than a table's takes the roles from some browsers: there they are spelled out.
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
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for fields, and this is no landmark
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls must be reachable by keyboard
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
