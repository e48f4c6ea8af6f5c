/** Deeper than anybody nests by hand, and shallow enough for whoever walks it afterwards. */
const deepest = 500;

/** `JSON.parse`, but for data that are nested so deep that writing or showing them would run out of stack. Throws `SyntaxError`. */
export function parseJson(json: string): unknown {
  if (json.length > 2 * deepest && depthOf(json) > deepest) throw new SyntaxError(`it is nested more than ${deepest} deep`);
  return JSON.parse(json);
}

function depthOf(json: string): number {
  let depth = 0;
  let most = 0;
  let quoted = false;
  for (let i = 0; i < json.length; i++) {
    const unit = json.charCodeAt(i);
    if (quoted) {
      if (unit === 92) i++;
      else if (unit === 34) quoted = false;
    } else if (unit === 34) quoted = true;
    else if (unit === 91 || unit === 123) most = Math.max(most, ++depth);
    else if (unit === 93 || unit === 125) depth--;
  }
  return most;
}
