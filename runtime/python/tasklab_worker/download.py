"""Models of a hub, as folders: what they hold is looked at before any library reads it."""

from __future__ import annotations

import re
from pathlib import Path

from .errors import UserError, first_line, is_disk_full

#: All that is read of a model. Pickles are not even fetched.
_FILES = ["*.json", "*.safetensors", "*.txt", "*.model", "*.jinja", "*.tiktoken"]
#: The same weights once more, for other programs.
_COPIES = ["onnx/*", "openvino/*", "original/*", "consolidated*", "checkpoint-*", "*.fp16.safetensors", "*.bf16.safetensors"]

_COMMIT = re.compile(r"[0-9a-f]{40}")


def download(repository: str, revision: str | None, with_code: bool = False) -> tuple[Path, str]:
    """The folder with a repository's files at a revision (its newest, where that is ``None``), and the commit. What is there already is not fetched again.

    Raises ``model/not-found``, ``model/no-access``, ``model/not-downloaded``.
    """
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import EntryNotFoundError, GatedRepoError, HFValidationError, HfHubHTTPError, LocalEntryNotFoundError, RepositoryNotFoundError, RevisionNotFoundError

    patterns = [*_FILES, "*.py"] if with_code else _FILES
    try:
        folder = Path(snapshot_download(repository, revision=revision, allow_patterns=patterns, ignore_patterns=_COPIES))
    except GatedRepoError as error:
        raise UserError("model/no-access", f'The repository "{repository}" is open to those alone who have asked for it: {_said(error)}', "Ask for access on its page, and set HF_TOKEN.") from error
    except RevisionNotFoundError as error:
        raise UserError("model/not-found", f'The repository "{repository}" has no revision "{revision}".', "Give a commit, a branch or a tag that it has.") from error
    except (RepositoryNotFoundError, HFValidationError) as error:
        raise UserError("model/not-found", f'There is no repository "{repository}" that can be read: {_said(error)}', "Check its name; a private one needs HF_TOKEN.") from error
    except LocalEntryNotFoundError as error:
        raise UserError("model/not-downloaded", f'The model "{repository}" is not on this machine, and the hub cannot be reached.', "Look at the connection, and at HF_ENDPOINT and HF_HUB_OFFLINE; or give a folder with the model.") from error
    except (EntryNotFoundError, HfHubHTTPError, OSError) as error:
        if is_disk_full(error):
            raise
        if getattr(getattr(error, "response", None), "status_code", None) in (401, 403):
            raise UserError("model/no-access", f'The hub does not let you read the repository "{repository}": {_said(error)}', "Set HF_TOKEN to the token of somebody who may.") from error
        raise UserError("model/not-downloaded", f'The model "{repository}" cannot be downloaded: {_said(error)}', "Try again; or give a folder with the model.") from error
    # Folders of snapshots have their commits' names.
    if not _COMMIT.fullmatch(folder.name):
        raise UserError("model/not-downloaded", f'The hub answers for "{repository}" with something that is no commit.', "Check HF_ENDPOINT.")
    return folder, folder.name


def _said(error: Exception) -> str:
    """What the hub itself says, where it says something."""
    return getattr(error, "server_message", None) or first_line(error)
