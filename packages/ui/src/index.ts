export { AccountList, type AccountListProps, type AccountSummary } from './accounts.js'
export { ApiDocs, type ApiDocsProps } from './api-docs.js'
export { type Assets, assetUrl, readAssets, uiAssets } from './assets.js'
export { type Brand, brandNames, Mark, siblingOf } from './brand.js'
export { Button, type ButtonKind, ButtonLink, type ButtonProps } from './button.js'
export { GrowthChart, type GrowthChartProps, type GrowthPoint } from './chart.js'
export { DescriptionList } from './description-list.js'
export { Disclosure } from './disclosure.js'
export { renderDocument } from './document.js'
export { ErrorPage, type ErrorPageProps } from './error-page.js'
export { Figure } from './figure.js'
export {
  type Choice,
  type CommonFieldProps,
  Field,
  type FieldProps,
  Form,
  type FormProps,
  PasswordField,
  type PasswordFieldProps,
  RadioGroup,
  SelectField,
  type SelectFieldProps,
} from './forms.js'
export { GrowthTable } from './growth-table.js'
export { Page, type PageFrame, type PageProps } from './layout.js'
export type { NavItem } from './masthead.js'
export { Money, type MoneyProps } from './money.js'
export { Notice, type NoticeProps } from './notice.js'
export { Pager, type PagerProps } from './pager.js'
export {
  ProjectionChart,
  type ProjectionChartProps,
  type ProjectionPoint,
  ProjectionTable,
} from './projection-chart.js'
export { Columns, Panel, Section, type SectionProps } from './section.js'
export { type Column, DataTable, type DataTableProps, type PhonePlace } from './table.js'
export type { Theme } from './theme.js'
export { When } from './time.js'
