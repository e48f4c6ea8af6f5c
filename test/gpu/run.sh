#!/usr/bin/env bash
# Runs the jobs of makeJobs.mjs with the Python that is there: run.sh OUT
set -euo pipefail
out=$(cd "$1" && pwd)
export PYTHONPATH="$(cd "$(dirname "$0")/../../runtime/python" && pwd):${PYTHONPATH:-}"
for name in sft rewards dpo ppo; do
  start=$SECONDS
  python3 -m tasklab_worker "$out/runs/$name-1/tasklab/job" > "$out/$name.log" 2>&1 || { tail -20 "$out/$name.log"; exit 1; }
  echo "== $name: $((SECONDS - start)) s"
  python3 - "$out/runs/$name-1" <<'P'
import json, sys
manifest = json.load(open(sys.argv[1] + "/tasklab/manifest.json"))
print(json.dumps({"rows": manifest["rows"], "metrics": manifest["metrics"], "baseline": manifest["baseline"]}))
events = [json.loads(line) for line in open(sys.argv[1] + "/tasklab/events.jsonl")]
samples = [event for event in events if event["type"] == "sample"]
for event in samples[:2] + samples[-2:]:
    print(event["step"], repr(event["prompt"]), "->", repr(event["text"][:160]))
P
done
