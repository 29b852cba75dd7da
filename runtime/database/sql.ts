import { Json, type Value, writeValue } from './values.ts'

/** A row, its columns by name. */
// biome-ignore lint/suspicious/noExplicitAny: what a statement answers is known to its author, who names the type.
export type Row = Record<string, any>

/** What a statement answers: its rows, and how many rows it read, wrote or deleted. */
export type Rows<All extends readonly object[]> = All & { count: number; command: string }

/** The text and the values of a statement, ready for the wire. */
export interface Wire {
  text: string
  values: (string | Buffer | null)[]
  /** Prepared once on each connection. Unset: sent as it is; without values it may hold several statements. */
  prepared: boolean
}

/** Sends statements: a pool, or the one connection of a transaction. */
export interface Executor {
  execute(wire: Wire): Promise<Rows<Row[]>>
}

/**
 * A statement that is sent when it is awaited, or a part of another one when it stands in its template. It is sent once;
 * awaiting it again gives the same answer.
 */
export class Statement<All extends readonly object[] = Row[]> implements Promise<Rows<All>> {
  readonly [Symbol.toStringTag] = 'Statement'
  readonly template: readonly string[]
  readonly parameters: readonly Parameter[]
  readonly #executor: Executor
  readonly #prepared: boolean
  #answer: Promise<Rows<All>> | undefined

  constructor(
    executor: Executor,
    template: readonly string[],
    parameters: readonly Parameter[],
    prepared = true,
  ) {
    this.#executor = executor
    this.template = template
    this.parameters = parameters
    this.#prepared = prepared
  }

  /** Sends it now, where awaiting sends it a moment later. */
  execute(): Promise<Rows<All>> {
    this.#answer ??= this.#send()
    return this.#answer
  }

  // biome-ignore lint/suspicious/noThenProperty: awaiting a statement is what sends it.
  then<A = Rows<All>, B = never>(
    onAnswer?: ((rows: Rows<All>) => A | PromiseLike<A>) | null,
    onError?: ((error: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.execute().then(onAnswer, onError)
  }

  // biome-ignore lint/suspicious/noExplicitAny: as a promise has it, so that a handler may name what it expects.
  catch<B = never>(onError?: ((error: any) => B | PromiseLike<B>) | null): Promise<Rows<All> | B> {
    return this.execute().catch(onError)
  }

  finally(onEnd?: (() => void) | null): Promise<Rows<All>> {
    return this.execute().finally(onEnd)
  }

  async #send(): Promise<Rows<All>> {
    const wire = writeStatement(this.template, this.parameters, this.#prepared)
    return (await this.#executor.execute(wire)) as unknown as Rows<All>
  }
}

/** A name of a table, schema or column, quoted. */
export class Identifier {
  readonly quoted: string

  constructor(name: string) {
    this.quoted = `"${name.replaceAll('"', '""')}"`
  }
}

/** What may stand in a template: a value, a name (`sql('inventory')`), or another template. */
export type Parameter = Value | Identifier | Statement<readonly object[]>

/**
 * Sends SQL that is written as a tagged template. Its values become parameters of a prepared statement, so text never
 * becomes SQL.
 */
export interface Sql {
  <All extends readonly object[] = Row[]>(
    template: TemplateStringsArray,
    ...parameters: Parameter[]
  ): Statement<All>
  /** A quoted name of a schema, table, column or database. */
  (name: string): Identifier
  /** A value for a `json` or `jsonb` column. */
  json(value: unknown): Json
  /** Text as SQL, for statements that take no parameters (`create …`); without values it may hold several statements. */
  unsafe<All extends readonly object[] = Row[]>(text: string, values?: readonly Value[]): Statement<All>
}

/** Makes the tag whose statements go to `executor`. */
export function sqlOf(executor: Executor): Sql {
  const tag = (first: TemplateStringsArray | string, ...parameters: Parameter[]) =>
    typeof first === 'string' ? new Identifier(first) : new Statement(executor, first, parameters)
  return Object.assign(tag, {
    json: (value: unknown) => new Json(value),
    unsafe: (text: string, values: readonly Value[] = []) => {
      const template = [text, ...values.map(() => '')]
      return new Statement(executor, template, values, false)
    },
  }) as unknown as Sql
}

function writeStatement(
  template: readonly string[],
  parameters: readonly Parameter[],
  prepared: boolean,
): Wire {
  const values: Wire['values'] = []
  // The text of `unsafe()` names its parameters itself.
  if (!prepared)
    return { text: template[0]!, values: parameters.map((value) => writeValue(value as Value)), prepared }
  return { text: writeText(template, parameters, values), values, prepared }
}

function writeText(
  template: readonly string[],
  parameters: readonly Parameter[],
  values: Wire['values'],
): string {
  let text = template[0]!
  for (const [i, parameter] of parameters.entries()) {
    if (parameter instanceof Statement) text += writeText(parameter.template, parameter.parameters, values)
    else if (parameter instanceof Identifier) text += parameter.quoted
    else text += `$${values.push(writeValue(parameter))}`
    text += template[i + 1]!
  }
  return text
}
