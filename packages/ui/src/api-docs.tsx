import type { ComponentChildren, VNode } from 'preact'
import { type ApiOperation, curlExample, readOperations } from './api-docs/operations.js'
import { exampleOf, SchemaList } from './api-docs/schema.js'
import { Button } from './button.js'

export interface ApiDocsProps {
  /** An OpenAPI 3.1 document of `@fastify/swagger`. */
  document: object
  /** The service's origin, for examples. */
  origin: string
}

/** Shows an OpenAPI document. With the script `api-docs.js` its operations can be tried. */
export const ApiDocs = ({ document, origin }: ApiDocsProps): VNode => (
  <div class="api">
    {[...readOperations(document)].map(([tag, operations]) => (
      <section key={tag} class="section" aria-labelledby={`tag-${tag}`}>
        <div class="section-heading">
          <h2 id={`tag-${tag}`}>{tag.charAt(0).toUpperCase() + tag.slice(1)}</h2>
        </div>
        {operations.map((operation) => (
          <Operation key={operation.id} operation={operation} origin={origin} />
        ))}
      </section>
    ))}
  </div>
)

/** Shows one operation: parameters, body, responses and examples. */
function Operation({ operation, origin }: { operation: ApiOperation; origin: string }): VNode {
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
        {operation.isSecured && <p class="muted">Requires authentication by cookie or bearer token.</p>}
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
        {body && (
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
                  {response.schema && <SchemaList schema={response.schema} />}
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

const Part = ({ title, children }: { title: string; children: ComponentChildren }): VNode => (
  <>
    <h4>{title}</h4>
    {children}
  </>
)

/** A form that calls the operation from the page. It is hidden until its script runs. */
function TryIt({ operation: { id, method, path, parameters, body } }: { operation: ApiOperation }): VNode {
  const type = body?.contentType
  return (
    <form
      class="form try-it"
      hidden
      data-method={method}
      data-path={path}
      data-type={type}
      aria-label={`Try ${method} ${path}`}
    >
      <h4>Try it</h4>
      {parameters.map(({ name, in: place, required }) => (
        <div key={name} class="field">
          <label for={`${id}-${name}`}>
            {name} <span class="muted">in {place}</span>
          </label>
          <input
            id={`${id}-${name}`}
            name={name}
            data-in={place}
            required={required}
            autocomplete="off"
            spellcheck={false}
          />
        </div>
      ))}
      {body && (
        <div class="field">
          <label for={`${id}-body`}>Body</label>
          <textarea id={`${id}-body`} data-in="body" rows={6} spellcheck={false}>
            {JSON.stringify(exampleOf(body.schema), null, 2)}
          </textarea>
        </div>
      )}
      <p>
        <Button kind="secondary">Send</Button>
      </p>
      <output />
    </form>
  )
}
