import type { ComponentChildren, VNode } from 'preact'

/** A list of terms and values. */
export function DescriptionList({ items }: { items: { term: string; value: ComponentChildren }[] }): VNode {
  return (
    <dl class="description">
      {items.map(({ term, value }) => (
        <div key={term}>
          <dt>{term}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
