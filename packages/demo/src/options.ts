import type { CommonConfig, SharedStore } from '@signet/service'

export interface DemoOptions {
  readonly service: 'bank' | 'retirement'
  readonly config: CommonConfig
  /** Both services record tours in it. */
  readonly shared: SharedStore
}
