"""The archive as a mirror in git: committed, sent to any number of remotes, taken up again, joined with others'."""

from broadsheet.services.publish.git._git import BRANCH, Git, GitError
from broadsheet.services.publish.git._publisher import Publisher
from broadsheet.services.publish.git._remotes import (
    PASSWORD,
    Access,
    Remote,
    ask,
    check_remote,
    count_hosts,
    explain,
    find_credentials,
)
from broadsheet.services.publish.git._selection import ATTRIBUTES, FIRST_ATTRIBUTES, RIGHTS
from broadsheet.services.publish.git._take_up import Cloned, take_up
from broadsheet.services.publish.git._taking import finish_rejoining, note_copy
from broadsheet.services.publish.git._work import Order, Report, Sent, Work, read_here

__all__ = [
    "ATTRIBUTES",
    "BRANCH",
    "FIRST_ATTRIBUTES",
    "PASSWORD",
    "RIGHTS",
    "Access",
    "Cloned",
    "Git",
    "GitError",
    "Order",
    "Publisher",
    "Remote",
    "Report",
    "Sent",
    "Work",
    "ask",
    "check_remote",
    "count_hosts",
    "explain",
    "find_credentials",
    "finish_rejoining",
    "note_copy",
    "read_here",
    "take_up",
]
