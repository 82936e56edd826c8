"""Takes over what old mirrors wrote: a folder, a tar file or one document of any dialect becomes articles with history.

::

    list     source   -> every file that may be a document                   (_sources)
    | read   file     -> which article, from when, which bytes; or why not   (document)
    | sort   readings -> by article, date and digest, on disk                (_sorting)
    | plan   article  -> articles by their first date, texts in order        (_service)
    | keep   texts    -> documents and ledger lines, in batches              (archive, indexing)

The order in which files come makes no difference. What is kept already stays as it is, so an import may be repeated,
and one that was killed goes on where it stopped.
"""

from broadsheet.takeover._account import Takeover
from broadsheet.takeover._service import Watch, take_over

__all__ = ["Takeover", "Watch", "take_over"]
