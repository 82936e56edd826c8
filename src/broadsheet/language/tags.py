"""Language tags in one spelling: feeds and pages write ``zh-cn``, ``ZH-CN`` and ``zh_CN`` of the same."""

from __future__ import annotations

import re

_TAG = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*")


def canonical_tag(tag: str) -> str:
    """``tag`` as RFC 5646, 2.1.1 writes it: ``zh-CN``, ``zh-Hant-TW``, ``en-US-x-ap``; what is no tag stays as it is.

    An underscore, which systems write for the hyphen, is read as one.
    """
    plain = tag.strip().replace("_", "-")
    if not _TAG.fullmatch(plain):
        return tag
    first, *others = plain.lower().split("-")
    written, is_behind_single = [first], len(first) == 1
    for part in others:
        if is_behind_single or len(part) not in (2, 4) or (len(part) == 4 and not part.isalpha()):
            written.append(part)
        else:
            written.append(part.upper() if len(part) == 2 else part.capitalize())
        is_behind_single = is_behind_single or len(part) == 1
    return "-".join(written)
