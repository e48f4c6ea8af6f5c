import { checkName, titleOf } from './names.js';

export interface TextFieldSettings {
  readonly name: string;
  readonly title?: string;
  /** Default: true. */
  readonly required?: boolean;
  /** Default: false. */
  readonly useMarkdown?: boolean;
}

/**
 * A text that annotators see.
 * Throws `data/name`.
 *
 * @example
 * new TextField({ name: 'text' }).title; // 'Text'
 */
export class TextField {
  readonly type = 'text';
  readonly name: string;
  readonly title: string;
  readonly required: boolean;
  readonly useMarkdown: boolean;

  constructor({ name, title, required = true, useMarkdown = false }: TextFieldSettings) {
    checkName('field', name);
    this.name = name;
    this.title = title ?? titleOf(name);
    this.required = required;
    this.useMarkdown = useMarkdown;
  }
}
