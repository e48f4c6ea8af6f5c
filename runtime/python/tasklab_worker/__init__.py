"""Trains the jobs of Python frameworks and runs their models: ``python -m tasklab_worker JOB_FOLDER``. It needs no Node."""
