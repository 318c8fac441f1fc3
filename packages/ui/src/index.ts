export { AccountList } from './accounts.js'
export { ApiDocs } from './api-docs.js'
export { type Assets, assetUrl, readAssets, uiAssets } from './assets.js'
export { type Brand, brandNames } from './brand.js'
export { Button, type ButtonKind, ButtonLink, PasskeyButton } from './button.js'
export { SmallLine } from './chart/small-line.js'
export type { Theme } from './footer.js'
export { FormPage } from './form-page.js'
export {
  type Choice,
  Field,
  FORM_USER_FIELD,
  Form,
  fieldsOf,
  HiddenFields,
  PasswordField,
  RadioGroup,
  SelectField,
} from './forms.js'
export {
  GrowthChart,
  type GrowthPoint,
  GrowthTable,
  ProjectionChart,
  type ProjectionPoint,
  ProjectionTable,
} from './growth-chart.js'
export { ErrorPage, Page, type PageFrame, renderDocument } from './layout.js'
export { ErrorNotice, Notice, SuccessNotice } from './notice.js'
export { Columns, DescriptionList, Disclosure, Figure, Panel, Section } from './section.js'
export { type Column, DataTable, Pager } from './table.js'
export { FreeText, Money, When } from './values.js'
