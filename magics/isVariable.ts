const reserved = new Set('await break case catch class const continue debugger default delete do else enum export extends false finally for function if import in instanceof let new null package private protected public return static super switch this throw true try typeof var void while with yield implements interface'.split(' '));

/** Can a variable of the user's program have this name? */
export const isVariable = (name: string): boolean => /^[A-Za-z_]\w*$/.test(name) && !reserved.has(name);
