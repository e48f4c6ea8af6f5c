/** The protocol counts characters as code points, JavaScript as UTF-16 units. */

export const toUtf16 = (text: string, codePoints: number): number => {
  let offset = 0;
  for (let n = 0; n < codePoints && offset < text.length; n++) offset += text.codePointAt(offset)! > 0xffff ? 2 : 1;
  return offset;
};

export const toCodePoints = (text: string, utf16: number): number => {
  let n = 0;
  for (let offset = 0; offset < utf16 && offset < text.length; n++) offset += text.codePointAt(offset)! > 0xffff ? 2 : 1;
  return n;
};
