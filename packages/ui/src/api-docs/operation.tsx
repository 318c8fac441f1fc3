import type { ComponentChildren, VNode } from 'preact'
import { curlExample } from './curl.js'
import type { ApiOperation } from './operations.js'
import { SchemaList } from './schema-list.js'
import { TryIt } from './try-it.js'

/** Shows one operation: parameters, body, responses and examples. */
export function Operation({ operation, origin }: { operation: ApiOperation; origin: string }): VNode {
  const { id, method, path, summary, description, parameters, body, responses } = operation
  return (
    <details class="operation" id={id}>
      <summary>
        <h3>
          <span class={`method method-${method.toLowerCase()}`}>{method}</span> <code>{path}</code>
        </h3>
        <span class="operation-summary">{summary}</span>
      </summary>
      <div class="operation-body">
        {description !== undefined && <p>{description}</p>}
        {operation.secured && <p class="muted">Requires authentication by cookie or bearer token.</p>}
        {parameters.length > 0 && (
          <Part title="Parameters">
            <ul class="schema">
              {parameters.map((parameter) => (
                <li key={parameter.name}>
                  <code>{parameter.name}</code> <span class="schema-optional">in {parameter.in}</span>
                  {!parameter.required && <span class="schema-optional">optional</span>}
                  <SchemaList schema={parameter.schema} />
                </li>
              ))}
            </ul>
          </Part>
        )}
        {body !== undefined && (
          <Part title="Body">
            <SchemaList schema={body.schema} />
          </Part>
        )}
        <Part title="Responses">
          <dl class="answers">
            {responses.map((response) => (
              <div key={response.status}>
                <dt>{response.status}</dt>
                <dd>
                  {response.description}
                  {response.schema !== undefined && <SchemaList schema={response.schema} />}
                </dd>
              </div>
            ))}
          </dl>
        </Part>
        <Part title="curl">
          <pre>
            <code>{curlExample(operation, origin)}</code>
          </pre>
        </Part>
        <TryIt operation={operation} />
      </div>
    </details>
  )
}

function Part({ title, children }: { title: string; children: ComponentChildren }): VNode {
  return (
    <>
      <h4>{title}</h4>
      {children}
    </>
  )
}
