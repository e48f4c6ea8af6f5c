"""finish_run.py JOB_FOLDER: ends a run as a worker does, without a training: the events and the manifest of a job that names secrets."""

import sys
from pathlib import Path

from tasklab_worker.errors import UserError
from tasklab_worker.events import Events
from tasklab_worker.job import read_job
from tasklab_worker.run import Context, Trained, _save
from tasklab_worker.serve import _told

job = read_job(Path(sys.argv[1]))
folder = job.folder.parent.parent
context = Context(job, Events(folder), folder, folder / "tasklab" / "model.new", folder / "tasklab" / "work")
context.model_folder.mkdir()
(context.model_folder / "model.json").write_text("{}")
said = " ".join(job.labels)
context.events.log(f"labels: {said}")
scores = [{"label": label, "precision": 1.0, "recall": 1.0, "f1": 1.0, "support": 1} for label in job.labels]
counts = [[int(i == j) for j in range(len(job.labels))] for i in range(len(job.labels))]
context.events.evaluated(2, {"accuracy": 1.0}, None, scores, {"labels": job.labels, "counts": counts})
context.events.write("finished", artifacts=_save(context, Trained({"train": 1, "test": 2}, job.labels, False)))
for error in (UserError("predict/input", said, said), ValueError(f"x\n{said}"), ValueError(said)):
    print(_told(error))
