"""``python -m broadsheet``: the command line."""

from broadsheet.cli import main

if __name__ == "__main__":  # not in the processes that an import or a site starts
    main()
