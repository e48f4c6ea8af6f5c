/**
 * A line for `sh` that becomes the program `$0` with its arguments. The program leads a process group of its own, in which a watcher
 * waits for the end of this process and then ends the group, so that nothing is left when this process is killed: descriptor 3 is a
 * pipe of ours, and a line on it releases the watcher.
 */
export const guarded = (redirection = ''): string => `{ read -r released <&3 || kill -9 0; } >/dev/null 2>&1 & exec "$0" "$@" 3<&- ${redirection}`;
