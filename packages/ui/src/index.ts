export { AccountList } from './accounts.js'
export { ApiDocs } from './api-docs.js'
export { type Assets, assetUrl, readAssets, uiAssets } from './assets.js'
export { type Brand, brandNames } from './brand.js'
export { Button, type ButtonKind, ButtonLink } from './button.js'
export { SmallLine } from './chart/small-line.js'
export { GrowthChart, type GrowthPoint } from './chart.js'
export { DescriptionList } from './description-list.js'
export { Disclosure } from './disclosure.js'
export { renderDocument } from './document.js'
export { ErrorPage } from './error-page.js'
export { Figure } from './figure.js'
export {
  type Choice,
  Field,
  FORM_USER_FIELD,
  Form,
  PasswordField,
  RadioGroup,
  SelectField,
} from './forms.js'
export { FreeText } from './free-text.js'
export { GrowthTable } from './growth-table.js'
export { Page, type PageFrame } from './layout.js'
export { Money } from './money.js'
export { ErrorNotice, Notice } from './notice.js'
export { Pager } from './pager.js'
export { PasskeyButton } from './passkey-button.js'
export {
  ProjectionChart,
  type ProjectionPoint,
  ProjectionTable,
} from './projection-chart.js'
export { Columns, Panel, Section } from './section.js'
export { type Column, DataTable } from './table.js'
export type { Theme } from './theme.js'
export { When } from './time.js'
