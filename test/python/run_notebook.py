"""Executes a notebook by stock nbclient: run_notebook.py IN OUT, in the folder it stands in."""

import os
import sys

import nbclient
import nbformat

source, target = sys.argv[1:]
notebook = nbformat.read(source, 4)
folder = os.path.dirname(os.path.abspath(source))
client = nbclient.NotebookClient(notebook, timeout=120, record_timing=False, resources={"metadata": {"path": folder}})
client.execute()
nbformat.validate(notebook)
nbformat.write(notebook, target)
