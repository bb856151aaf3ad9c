/** The server's refusals. Business errors travel with HTTP 200; only the session and the method name have a status. */

/** Answered as `{ id, error: [...] }` with HTTP 200. */
export class RpcFault extends Error {
  readonly error: readonly unknown[];
  constructor(error: readonly unknown[]) {
    super(JSON.stringify(error));
    this.name = 'RpcFault';
    this.error = error;
  }
}

export const userError = (message: string): RpcFault => new RpcFault(['UserError', [message, '', null]]);

export const userWarning = (name: string, message: string): RpcFault =>
  new RpcFault(['UserWarning', [name, message, '']]);

/** What an exception of the server's Python code looks like from outside, e.g. the KeyError of an unknown field. */
export const internalError = (message: string): RpcFault => new RpcFault([message, '']);

export const keyError = (name: string): RpcFault => internalError(`'${name}'`);

export const concurrencyException = (): RpcFault =>
  new RpcFault(['ConcurrencyException', 'Records were modified in the meanwhile']);

/** Answered as a plain HTTP status. */
export class HttpRefusal extends Error {
  readonly status: number;
  constructor(status: number) {
    super(`HTTP ${status}`);
    this.name = 'HttpRefusal';
    this.status = status;
  }
}

/** Names of the records that a read or write was refused for, with the wording the server has for each kind of model. */
export const unknownRecords = (
  model: { readonly label: string; readonly companyRule: boolean },
  verb: 'read' | 'write to' | 'delete',
  ids: readonly number[],
): RpcFault =>
  userError(
    model.companyRule
      ? `You are not allowed to ${verb} records "${ids.join(', ')}" of "${model.label}" because of at least one of these rules:\nUser in companies`
      : `You are trying to ${verb} records "${ids.join(', ')}" of "${model.label}" that don't exist anymore.`,
  );
