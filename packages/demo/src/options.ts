import type { CommonConfig, SharedStore } from '@signet/service'

export interface DemoOptions {
  readonly service: 'bank' | 'retirement'
  readonly config: CommonConfig
  /** Where both services record what happens on a tour. */
  readonly shared: SharedStore
}
