import { readFile } from 'node:fs/promises'
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils'
import type { SchemaEngine } from '@prisma/schema-engine-wasm/schema_engine_bg'
import { MigrationAdapter } from './engine-adapter.js'

declare global {
  /** The engine calls it before it panics; without it the panic has no text. */
  var PRISMA_WASM_PANIC_REGISTRY: { set_message(message: string): void } | undefined
}

/** Node has it, the types for Node 20 do not. */
declare const WebAssembly: {
  instantiate(
    bytes: Uint8Array,
    imports: Record<string, object>,
  ): Promise<{ instance: { exports: Record<string, unknown> } }>
}

type EngineClass = typeof SchemaEngine

let loading: Promise<EngineClass> | undefined

/**
 * Runs `work` with Prisma's schema engine on a database. It is the WebAssembly build, because the binary that the
 * command line tool uses is downloaded from elsewhere than npm.
 */
export async function withSchemaEngine<T>(url: string, work: (engine: SchemaEngine) => Promise<T>): Promise<T> {
  loading ??= load()
  const Engine = await loading
  const adapter = new MigrationAdapter(url)
  const engine = await Engine.new({ datamodels: undefined }, () => {}, bindMigrationAwareSqlAdapterFactory(adapter))
  try {
    return await work(engine)
  } finally {
    engine.free()
    await adapter.close()
  }
}

/** The package's own entry imports the `.wasm` as a module, which Node 20 cannot: it is instantiated by hand. */
async function load(): Promise<EngineClass> {
  globalThis.PRISMA_WASM_PANIC_REGISTRY = { set_message: rememberPanic }
  const specifier = '@prisma/schema-engine-wasm/schema_engine_bg'
  const glue = await import('@prisma/schema-engine-wasm/schema_engine_bg')
  const bytes = await readFile(new URL('schema_engine_bg.wasm', import.meta.resolve(specifier)))
  const { instance } = await WebAssembly.instantiate(bytes, { './schema_engine_bg.js': withoutWaiting(glue) })
  glue.__wbg_set_wasm(instance.exports)
  const { __wbindgen_start: start } = instance.exports
  if (typeof start === 'function') start()
  return glue.SchemaEngine
}

/** The engine's limit of ten seconds for a lock outlives its work: it must not keep the process alive as long. */
function withoutWaiting(glue: object): object {
  const passingTimeout = (work: () => void, milliseconds: number) => setTimeout(work, milliseconds >>> 0).unref()
  const entries = Object.entries(glue)
  return Object.fromEntries(
    entries.map(([name, value]) => [name, name.startsWith('__wbg_setTimeout') ? passingTimeout : value]),
  )
}

let lastPanic = ''

function rememberPanic(message: string): void {
  lastPanic = message
}

/** The text of the engine's last panic, which the error that it throws does not have; empty if there was none. */
export function lastEnginePanic(): string {
  return lastPanic
}
