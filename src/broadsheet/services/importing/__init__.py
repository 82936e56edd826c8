"""Takes over what old mirrors wrote: folders, tar and zip files, documents of any dialect become articles with history.

::

    list     source   -> every file: where it lies, or why it is passed over  (_sources)
    | read   file     -> which article, from when, which bytes; or why not   (document)
    | name   address  -> whose it is: a known outlet, a recipe's, a host's   (_outlets)
    | sort   readings -> by article, date and digest, on disk                (_sorting)
    | plan   article  -> articles by their first date, texts in order        (_service)
    | keep   texts    -> documents and ledger lines, in batches              (archive, indexing)

The order in which files come makes no difference. What is kept already stays as it is, so an import may be repeated,
and one that was killed goes on where it stopped.
"""

from broadsheet.services.importing._account import Problem, Takeover
from broadsheet.services.importing._outlets import Outlets
from broadsheet.services.importing._service import Watch, take_over

__all__ = ["Outlets", "Problem", "Takeover", "Watch", "take_over"]
