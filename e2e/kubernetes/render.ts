/**
 * Renders a folder as `kubectl kustomize` does. Supports only the features that these folders use and throws on others. Where
 * kubectl is installed, a test compares both.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { parseAllDocuments } from 'yaml'
import {
  type ConfigMap,
  type Container,
  isConfigMap,
  type PodSpec,
  type PodTemplate,
  type Resource,
} from './resource.js'

/** A resource that may have pods. */
export type Rendered = Resource<{ readonly template?: PodTemplate } | undefined>

/** What a `kustomization.yaml` says. */
interface Kustomization {
  readonly namespace?: string
  readonly resources?: readonly string[]
  readonly images?: readonly Image[]
  readonly configMapGenerator?: readonly Generator[]
}

interface Image {
  readonly name: string
  readonly newName: string
  readonly newTag: string
}

interface Generator {
  readonly name: string
  readonly behavior?: string
  readonly envs?: readonly string[]
}

const SUPPORTED = new Set(['apiVersion', 'kind', 'namespace', 'resources', 'images', 'configMapGenerator'])

/** Reads the documents of a YAML file as kubectl does: YAML 1.1, in which 0440 is octal. Throws on duplicate keys. */
function documentsOf<Document>(file: string): Document[] {
  return parseAllDocuments(readFileSync(file, 'utf8'), { version: '1.1', uniqueKeys: true }).map((document) => {
    for (const problem of [...document.errors, ...document.warnings]) throw new Error(`${file}: ${problem.message}`)
    return document.toJS()
  })
}

function kustomizationOf(folder: string): Kustomization {
  const [kustomization = {}] = documentsOf<Kustomization>(join(folder, 'kustomization.yaml'))
  for (const field of Object.keys(kustomization)) {
    if (!SUPPORTED.has(field)) throw new Error(`${folder}: "${field}" is not supported: extend render.ts`)
  }
  return kustomization
}

export function render(folder: string): Rendered[] {
  const { namespace, resources = [], images = [], configMapGenerator = [] } = kustomizationOf(folder)
  const rendered = resources.flatMap((name) => {
    const path = join(folder, name)
    return statSync(path).isDirectory() ? render(path) : documentsOf<Rendered>(path)
  })
  for (const settings of configMapGenerator) generate(rendered, folder, settings)
  for (const image of images) nameImage(rendered, image)
  for (const resource of rendered) {
    if (namespace && resource.kind !== 'Namespace') resource.metadata.namespace = namespace
  }
  return rendered
}

/** Generates a ConfigMap. Unlike Kustomize, it appends no hash to the name and its references. */
function generate(
  rendered: Rendered[],
  folder: string,
  { name, behavior = 'create', envs = [], ...others }: Generator,
) {
  if (Object.keys(others).length > 0)
    throw new Error(`${folder}: ${Object.keys(others)} of ${name} are not supported: extend render.ts`)
  const data = Object.fromEntries(envs.flatMap((file) => settingsOf(join(folder, file))))
  const before = rendered.filter(isConfigMap).find(({ metadata }) => metadata.name === name)
  if ((behavior === 'merge') !== (before !== undefined)) throw new Error(`${folder}: cannot ${behavior} ${name}`)
  if (before) Object.assign(before.data, data)
  else rendered.push({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data } as ConfigMap)
}

function settingsOf(file: string): [string, string][] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)])
}

function nameImage(rendered: readonly Rendered[], { name, newName, newTag }: Image): void {
  const containers = podsOf(rendered).flatMap(({ spec }) => containersOf(spec))
  const named = containers.filter(({ image }) => image === name)
  if (named.length === 0) throw new Error(`no container has the image ${name}`)
  for (const container of named) container.image = `${newName}:${newTag}`
}

/** Returns the pods of rendered resources: owner, labels and spec. */
export const podsOf = (rendered: readonly Rendered[]) =>
  rendered.flatMap(({ kind, metadata, spec }) =>
    spec?.template
      ? [{ owner: `${kind} ${metadata.name}`, labels: spec.template.metadata.labels, spec: spec.template.spec }]
      : [],
  )

export const containersOf = ({ initContainers = [], containers }: PodSpec): Container[] => [
  ...initContainers,
  ...containers,
]

/** Returns files that no kustomization in these folders lists, and listed files that do not exist. */
export function strays(folders: readonly string[]) {
  const listed = folders.flatMap((folder) => {
    const { resources = [], configMapGenerator = [] } = kustomizationOf(folder)
    const own = resources.filter((name) => !name.startsWith('..'))
    return ['kustomization.yaml', ...own, ...configMapGenerator.flatMap(({ envs = [] }) => envs)].map((name) =>
      join(folder, name),
    )
  })
  const there = folders.flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)))
  const difference = (some: readonly string[], others: readonly string[]) =>
    some.filter((file) => !others.includes(file)).map((file) => relative('.', file))
  return { unlisted: difference(there, listed), missing: difference(listed, there) }
}
